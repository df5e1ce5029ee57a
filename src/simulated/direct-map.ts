import { type DirectMap, failure, type Handle } from "../engine/index.ts";
import { EbpfResult } from "../platform/index.ts";
import { mapOf } from "./handle.ts";
import type { Kernel } from "./kernel.ts";
import { describeMap, refused } from "./map-calls.ts";
import { type KernelMap, pad8 } from "./maps/index.ts";

/** Keys and values up to here, together: less than a message holds, so that no call needs to look. */
const SCRATCH_BYTES = 1024;

/** Kernel memory for the key and the value of one user call, shared by all maps. */
export class Scratch {
  /** Whether somebody is writing into it. */
  isTaken = false;
  readonly address: number;

  constructor(kernel: Kernel) {
    this.address = kernel.memory.allocate(SCRATCH_BYTES, "metadata");
  }
}

/** User calls on one map without copies. */
export class DirectCalls implements DirectMap {
  readonly keyAt: number;
  readonly valueAt: number;
  readonly isFixed = false;
  readonly #scratch: Scratch;
  readonly #kernel: Kernel;
  readonly #handle: Handle;

  constructor(kernel: Kernel, scratch: Scratch, handle: Handle) {
    this.#kernel = kernel;
    this.#scratch = scratch;
    this.#handle = handle;
    this.keyAt = scratch.address;
    this.valueAt = this.keyAt + pad8(this.#map.options.keySize);
  }

  /** Whether a map's keys and values can go this way: it has keys, and both fit. */
  static fit({ options, valueBytes }: KernelMap): boolean {
    return options.keySize > 0 && pad8(options.keySize) + valueBytes <= SCRATCH_BYTES;
  }

  get bytes(): Uint8Array {
    return this.#kernel.memory.bytes;
  }

  get isTaken(): boolean {
    return this.#scratch.isTaken;
  }

  take(): boolean {
    if (this.#scratch.isTaken) return false;
    this.#scratch.isTaken = true;
    return true;
  }

  giveBack(): void {
    this.#scratch.isTaken = false;
  }

  find(): number {
    const map = this.#map;
    const value = map.find(this.keyAt, false);
    if (value > 0) return value;
    if (-value === EbpfResult.OBJECT_NOT_FOUND || -value === EbpfResult.KEY_NOT_FOUND) return -1;
    throw failure(-value, `${describeMap(map)} cannot give a value for this key`);
  }

  update(flags: number): void {
    const map = this.#map;
    const result = map.update(this.keyAt, this.valueAt, flags);
    if (result !== EbpfResult.SUCCESS) throw refused(map, result);
  }

  delete(): boolean {
    const map = this.#map;
    const result = map.delete(this.keyAt);
    if (result === EbpfResult.SUCCESS) return true;
    if (result === EbpfResult.KEY_NOT_FOUND || result === EbpfResult.OBJECT_NOT_FOUND) return false;
    throw failure(result, `${describeMap(map)} cannot delete this key`);
  }

  /** Asked for anew each time: a getter of a value may have closed the handle. Throws `EBPF_CLOSED`. */
  get #map(): KernelMap {
    return mapOf(this.#handle);
  }
}
