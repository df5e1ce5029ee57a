import type { Batch } from "../engine/index.ts";
import type { Channel } from "./addon.ts";

/** Bytes of the smallest place: Linux counts buckets in 4. */
const SMALLEST_PLACE = 8;

/** How the addon reads a batch: from the map's beginning or a place in it; whether it takes the entries out. */
export const ReadHow = { BEGINS: 1, REMOVES: 2 } as const;

/**
 * The memory that the kernel writes a batch of up to `room` entries to: one buffer of values, keys, the place where the
 * batch begins, the place behind it, and how many entries there are. Each of these begins at a multiple of 8 bytes, so that
 * whole words lie where words should; the addon reckons in the same way (binding/batch.cc).
 */
export class BatchMemory {
  readonly buffer: ArrayBuffer;
  readonly #shape: Channel;
  readonly #placeBytes: number;
  readonly #keysAt: number;
  readonly #nextAt: number;
  readonly #countedAt: number;

  constructor(shape: Channel, room: number, cursor: Uint8Array | undefined) {
    this.#shape = shape;
    this.#placeBytes = Math.max(shape.keySize, SMALLEST_PLACE);
    this.#keysAt = padded(room * shape.valueBytes);
    const fromAt = this.#keysAt + padded(room * shape.keySize);
    this.#nextAt = fromAt + padded(this.#placeBytes);
    this.#countedAt = this.#nextAt + padded(this.#placeBytes);
    this.buffer = new ArrayBuffer(this.#countedAt + 4);
    if (cursor !== undefined) new Uint8Array(this.buffer, fromAt, this.#placeBytes).set(cursor);
  }

  /** Entries of the batch that was read. */
  get count(): number {
    return new Uint32Array(this.buffer, this.#countedAt, 1)[0];
  }

  /** The batch that was read. */
  batch(isLinux: boolean): Batch {
    const { keySize, valueBytes } = this.#shape;
    const { count } = this;
    return {
      count,
      keys: new Uint8Array(this.buffer, this.#keysAt, count * keySize),
      values: new Uint8Array(this.buffer, 0, count * valueBytes),
      // Elsewhere than on Linux it is a key.
      cursor: new Uint8Array(this.buffer, this.#nextAt, isLinux ? this.#placeBytes : keySize),
    };
  }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
