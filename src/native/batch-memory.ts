import type { Batch } from "../engine/index.ts";
import type { Channel } from "./addon.ts";

/** Bytes of the smallest place: Linux counts buckets in 4. */
const SMALLEST_PLACE = 8;

/** How the addon reads a batch: from the map's beginning, or behind the batch before; whether it takes the entries out. */
export const ReadHow = { BEGINS: 1, CONTINUES: 2, REMOVES: 4 } as const;

/**
 * The memory that the kernel writes a batch to: one buffer of values, keys, the place where the batch begins, the place
 * behind it, and how many entries there are. Each of these begins at a multiple of 8 bytes, so that whole words lie where
 * words should; the addon reckons in the same way (binding/batch.cc).
 */
export class BatchMemory {
  readonly room: number;
  readonly buffer: ArrayBuffer;
  readonly values: Uint8Array;
  readonly keys: Uint8Array;
  /** Place behind the batch. */
  readonly next: Uint8Array;
  readonly #fromAt: number;
  readonly #placeBytes: number;
  readonly #counted: Uint32Array;

  constructor({ keySize, valueBytes }: Channel, room: number) {
    this.room = room;
    this.#placeBytes = Math.max(keySize, SMALLEST_PLACE);
    const keysAt = padded(room * valueBytes);
    this.#fromAt = keysAt + padded(room * keySize);
    const nextAt = this.#fromAt + padded(this.#placeBytes);
    const countedAt = nextAt + padded(this.#placeBytes);
    this.buffer = new ArrayBuffer(countedAt + 4);
    this.values = new Uint8Array(this.buffer, 0, room * valueBytes);
    this.keys = new Uint8Array(this.buffer, keysAt, room * keySize);
    this.next = new Uint8Array(this.buffer, nextAt, this.#placeBytes);
    this.#counted = new Uint32Array(this.buffer, countedAt, 1);
  }

  /** Where a batch begins. */
  get from(): Uint8Array {
    return new Uint8Array(this.buffer, this.#fromAt, this.#placeBytes);
  }

  /** Entries of the batch that was read. */
  get count(): number {
    return this.#counted[0];
  }
}

/** A batch in memory that the one after it may be read into. */
export class NativeBatch implements Batch {
  readonly count: number;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly cursor: Uint8Array;
  readonly memory: BatchMemory;

  constructor(memory: BatchMemory, { keySize, valueBytes }: Channel, isLinux: boolean) {
    const { count, keys, values, next } = memory;
    this.count = count;
    this.keys = count === memory.room ? keys : keys.subarray(0, count * keySize);
    this.values = count === memory.room ? values : values.subarray(0, count * valueBytes);
    // Elsewhere it is a key.
    this.cursor = isLinux ? next : next.subarray(0, keySize);
    this.memory = memory;
  }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
