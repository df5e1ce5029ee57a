import type { MapOptions } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import { HashMap } from "./hash-map.ts";

/** Bytes of the prefix length in front of a key's data, little-endian. */
export const PREFIX_LENGTH_BYTES = 4;

/**
 * `BPF_MAP_TYPE_LPM_TRIE`: a key is a prefix length in bits and that many bits of data, most significant first. As in
 * Windows it is a hash map over the bits that count, and a lookup tries the lengths that were ever stored, from the
 * key's own downwards.
 */
export class LpmTrie extends HashMap {
  readonly #longest: number;
  /** Prefix lengths that were stored at some time. */
  readonly #lengths: Uint8Array;

  constructor(kernel: Kernel, options: MapOptions) {
    super(kernel, options, undefined, {
      significantBits: (key) => PREFIX_LENGTH_BYTES * 8 + kernel.memory.data.getUint32(key, true),
    });
    this.#longest = Math.max(options.keySize - PREFIX_LENGTH_BYTES, 0) * 8;
    this.#lengths = new Uint8Array(this.#longest + 1);
  }

  override lookup(key: number): number {
    return Math.max(this.find(key, false), 0);
  }

  override find(key: number, remove: boolean): number {
    const wanted = this.#prefix(key);
    if (remove || wanted > this.#longest) return -EbpfResult.INVALID_ARGUMENT;
    let value = 0;
    for (let length = wanted; length >= 0 && value === 0; length--) {
      if (this.#lengths[length] === 0) continue;
      this.memory.data.setUint32(key, length, true);
      value = this.table.find(key);
    }
    this.memory.data.setUint32(key, wanted, true);
    return value === 0 ? -EbpfResult.KEY_NOT_FOUND : value;
  }

  override update(key: number, value: number, flags: number): number {
    const length = this.#prefix(key);
    if (length > this.#longest) return EbpfResult.INVALID_ARGUMENT;
    const result = super.update(key, value, flags);
    if (result === EbpfResult.SUCCESS) this.#lengths[length] = 1;
    return result;
  }

  override delete(key: number): number {
    return this.#prefix(key) > this.#longest ? EbpfResult.INVALID_ARGUMENT : super.delete(key);
  }

  override nextKey(previous: number, into: number): number {
    // Windows looks at the prefix length in the buffer for the next key, too, before anything is written there.
    if (this.#prefix(into) > this.#longest) return EbpfResult.INVALID_ARGUMENT;
    if (previous !== 0 && this.#prefix(previous) > this.#longest) return EbpfResult.INVALID_ARGUMENT;
    return super.nextKey(previous, into);
  }

  #prefix(key: number): number {
    return this.memory.data.getUint32(key, true);
  }
}
