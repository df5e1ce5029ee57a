import { type MapOptions, UpdateFlag } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import { checkUpdateFlags, KernelMap } from "./kernel-map.ts";
import { Pool } from "./pool.ts";

/** An entry, in the metadata arena: next entry's address, hash, value's address (all 32-bit), then the key. */
const NEXT = 0;
const HASH = 4;
const VALUE = 8;
const KEY = 12;
const LARGEST_TABLE = 1 << 20;

/**
 * `BPF_MAP_TYPE_HASH`: buckets of chained entries, the bucket of a key chosen by a hash that is seeded for each map, so
 * that the order of keys is arbitrary and differs from map to map. `maxEntries` sizes the table and does not limit
 * the number of entries (Windows: libs/runtime/ebpf_hash_table.c). Replacing a value swaps in new memory: a pointer
 * that a running program holds stays readable until it ends.
 */
export class HashMap extends KernelMap {
  readonly #entries: Pool;
  readonly #values: Pool;
  readonly #seed: number;
  readonly #mask: number;
  #buckets = 0;

  constructor(kernel: Kernel, options: MapOptions) {
    super(kernel, options);
    const { keySize, valueSize, maxEntries, name } = options;
    const count = Math.min(2 ** Math.ceil(Math.log2(Math.max(maxEntries, 2))), LARGEST_TABLE);
    this.#seed = kernel.random.next() | 0;
    this.#mask = count - 1;
    this.#entries = new Pool(kernel.memory, (KEY + keySize + 7) & ~7);
    this.#values = new Pool(kernel.memory, (valueSize + 7) & ~7, { regions: kernel.regions, name, size: valueSize });
  }

  override prepare(): void {
    super.prepare();
    this.#buckets = this.memory.allocate((this.#mask + 1) * 4, "metadata");
  }

  override lookup(key: number): number {
    const entry = this.#find(key, this.#hash(key));
    return entry === 0 ? 0 : this.#word(entry + VALUE);
  }

  override update(key: number, value: number, flags: number): number {
    if (checkUpdateFlags(flags) !== EbpfResult.SUCCESS) return EbpfResult.INVALID_ARGUMENT;
    const hash = this.#hash(key);
    const found = this.#find(key, hash);
    if (found !== 0 && flags === UpdateFlag.NOEXIST) return EbpfResult.OBJECT_ALREADY_EXISTS;
    if (found === 0 && flags === UpdateFlag.EXIST) return EbpfResult.KEY_NOT_FOUND;
    const fresh = this.#values.take();
    if (fresh === 0) return EbpfResult.NO_MEMORY;
    if (found === 0 && !this.#append(key, hash, fresh)) {
      this.#values.give(fresh);
      return EbpfResult.NO_MEMORY;
    }
    this.memory.bytes.copyWithin(fresh, value, value + this.options.valueSize);
    if (found !== 0) {
      this.#retire(this.#word(found + VALUE));
      this.#setWord(found + VALUE, fresh);
    }
    return EbpfResult.SUCCESS;
  }

  override delete(key: number): number {
    const hash = this.#hash(key);
    const entry = this.#find(key, hash);
    if (entry === 0) return EbpfResult.KEY_NOT_FOUND;
    let link = this.#buckets + (hash & this.#mask) * 4;
    while (this.#word(link) !== entry) link = this.#word(link) + NEXT;
    this.#setWord(link, this.#word(entry + NEXT));
    this.#retire(this.#word(entry + VALUE));
    this.#entries.give(entry);
    return EbpfResult.SUCCESS;
  }

  override nextKey(previous: number, into: number): number {
    let bucket = -1;
    let next = 0;
    if (previous !== 0) {
      const hash = this.#hash(previous);
      const entry = this.#find(previous, hash);
      // An unknown key starts over from the first one.
      if (entry !== 0) {
        bucket = hash & this.#mask;
        next = this.#word(entry + NEXT);
      }
    }
    while (next === 0) {
      if (++bucket > this.#mask) return EbpfResult.NO_MORE_KEYS;
      next = this.#word(this.#buckets + bucket * 4);
    }
    this.memory.bytes.copyWithin(into, next + KEY, next + KEY + this.options.keySize);
    return EbpfResult.SUCCESS;
  }

  protected override destroy(): void {
    this.#values.destroy();
    this.#entries.destroy();
    if (this.#buckets !== 0) this.memory.free(this.#buckets);
    super.destroy();
  }

  /** Makes an entry at the end of its bucket; false when memory has run out. */
  #append(key: number, hash: number, value: number): boolean {
    const entry = this.#entries.take();
    if (entry === 0) return false;
    this.#setWord(entry + HASH, hash);
    this.#setWord(entry + VALUE, value);
    this.memory.bytes.copyWithin(entry + KEY, key, key + this.options.keySize);
    let link = this.#buckets + (hash & this.#mask) * 4;
    while (this.#word(link) !== 0) link = this.#word(link) + NEXT;
    this.#setWord(link, entry);
    return true;
  }

  #retire(value: number): void {
    this.kernel.retire(() => this.#values.give(value));
  }

  /** Address of the entry of the key at `key`, 0 where there is none. */
  #find(key: number, hash: number): number {
    const { bytes, data } = this.memory;
    const { keySize } = this.options;
    let entry = data.getInt32(this.#buckets + (hash & this.#mask) * 4, true);
    while (entry !== 0) {
      if (data.getInt32(entry + HASH, true) === hash) {
        let i = 0;
        while (i < keySize && bytes[entry + KEY + i] === bytes[key + i]) i++;
        if (i === keySize) return entry;
      }
      entry = data.getInt32(entry + NEXT, true);
    }
    return 0;
  }

  /** A seeded 32-bit hash of the key's bytes: multiply and rotate a word at a time, then mix. */
  #hash(key: number): number {
    const { bytes } = this.memory;
    const { keySize } = this.options;
    let hash = this.#seed;
    for (let i = 0; i < keySize; i++) {
      hash = Math.imul(hash ^ bytes[key + i], 0x0100_0193);
      hash = (hash << 13) | (hash >>> 19);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    return hash ^ (hash >>> 13);
  }

  #word(address: number): number {
    return this.memory.data.getInt32(address, true);
  }

  #setWord(address: number, value: number): void {
    this.memory.data.setInt32(address, value, true);
  }
}
