import type { Handle } from "../engine/index.ts";
import type { EbpfError } from "../errors.ts";
import { type Addon, type Failure, isFailure, type LibraryRef, type ObjectRef } from "./addon.ts";
import { disconnected, isCutOff, isSuspicious } from "./connection.ts";
import type { System } from "./errno.ts";
import { nativeError, numberError } from "./failure.ts";
import { NativeHandle } from "./handle.ts";

/** An opened library and the addon that calls it: what all parts of a native engine share. */
export class Native {
  readonly addon: Addon;
  readonly library: LibraryRef;
  readonly system: System;
  /** Path of the library's file. */
  readonly path: string;
  readonly #missing: ReadonlySet<string>;

  constructor(
    addon: Addon,
    opened: { readonly library: LibraryRef; readonly path: string; readonly missing: readonly string[] },
    system: System,
  ) {
    this.addon = addon;
    this.library = opened.library;
    this.path = opened.path;
    this.system = system;
    this.#missing = new Set(opened.missing);
  }

  /** Whether the library has all of these functions. */
  has(...names: readonly string[]): boolean {
    return names.every((name) => !this.#missing.has(name));
  }

  /** Throws the typed error for a negative result of `call`, which was about `object` if any. */
  check(result: number, call: string, what: string, object?: ObjectRef): void {
    if (result < 0) throw this.numberError(call, result, what, object);
  }

  /** The value, or the typed error for why there is none. */
  value<T extends object>(answer: T | Failure, what: string, object?: ObjectRef): T {
    if (isFailure(answer)) throw this.error(answer, what, object);
    return answer;
  }

  /** The typed error for a failure: `EBPF_DISCONNECTED` where the driver is not the one any more that it was. */
  error(failed: Failure, what: string, object?: ObjectRef): EbpfError {
    return this.#judged(nativeError(this.system, failed, what), object);
  }

  /** The same for the negative number that a call gave. */
  numberError(call: string, number: number, what: string, object?: ObjectRef): EbpfError {
    return this.#judged(numberError(this.system, call, number, what), object);
  }

  /** Throws `EBPF_DISCONNECTED` where the driver of an open object is gone: for those who wait for it. */
  assertConnected(object: ObjectRef, what: string): void {
    const info = this.addon.info(object, "map");
    if (isFailure(info)) throw this.error(info, what, object);
  }

  #judged(error: EbpfError, object: ObjectRef | undefined): EbpfError {
    // Linux' kernel does not go away beneath its processes.
    if (this.system === "linux" || !isSuspicious(error)) return error;
    return isCutOff(this.addon, this.library, object) ? disconnected(error) : error;
  }

  /** A handle for what a call gave. Its finalizer closes what nobody closed. */
  handle(
    kind: Handle["kind"],
    answer: ObjectRef | Failure,
    what: string,
    notes?: ConstructorParameters<typeof NativeHandle>[2],
    object?: ObjectRef,
  ): NativeHandle {
    return new NativeHandle(kind, this.value(answer, what, object), notes);
  }
}
