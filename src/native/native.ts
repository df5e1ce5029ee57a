import type { Handle } from "../engine/index.ts";
import { type Addon, type Failure, isFailure, type LibraryRef, type ObjectRef } from "./addon.ts";
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

  /** Throws the typed error for a negative result of `call`. */
  check(result: number, call: string, what: string): void {
    if (result < 0) throw numberError(this.system, call, result, what);
  }

  /** The value, or the typed error for why there is none. */
  value<T extends object>(answer: T | Failure, what: string): T {
    if (isFailure(answer)) throw nativeError(this.system, answer, what);
    return answer;
  }

  /** A handle for what a call gave. Its finalizer closes what nobody closed. */
  handle(
    kind: Handle["kind"],
    answer: ObjectRef | Failure,
    what: string,
    notes?: ConstructorParameters<typeof NativeHandle>[2],
  ): NativeHandle {
    return new NativeHandle(kind, this.value(answer, what), notes);
  }
}
