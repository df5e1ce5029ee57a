import { UpdateFlag } from "../../engine/index.ts";
import type { EbpfError } from "../../errors.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Memory } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { copyBytes } from "./copy-bytes.ts";
import { damaged } from "./damage.ts";
import { checkUpdateFlags } from "./kernel-map.ts";
import { Pool, type PoolVisibility } from "./pool.ts";

/** An entry, in the metadata arena: next entry's address, hash, value's address, a mark (all 32-bit), then the key. */
const NEXT = 0;
const HASH = 4;
const VALUE = 8;
const MARK = 12;
const KEY = 16;
const LARGEST_TABLE = 1 << 20;

export interface HashTableOptions {
  /** The map's, for errors. */
  readonly name: string;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  /** Sizes the table; limits the number of entries only where `limited` says so. */
  readonly maxEntries: number;
  readonly limited?: boolean;
  /** Lets programs touch the values; without it they lie in the metadata arena. */
  readonly visible?: PoolVisibility;
  /** How many bits of the key at an address count, from its first on; all of them unless given. */
  readonly significantBits?: (key: number) => number;
  /** Told of every value that enters or leaves the table: replacing a value does both, in this order. */
  readonly onEnter?: (value: number, key: number, entry: number) => void;
  readonly onLeave?: (value: number) => void;
}

/**
 * Keys and values in kernel memory: buckets of chained entries, the bucket of a key chosen by a hash that is seeded for
 * each table, so that the order of keys is arbitrary and differs from table to table, as in Windows
 * (libs/runtime/ebpf_hash_table.c). Replacing a value swaps in new memory: a pointer that a running program holds stays
 * readable until it ends.
 */
export class HashTable {
  readonly #kernel: Kernel;
  readonly #options: HashTableOptions;
  readonly #entries: Pool;
  readonly #values: Pool;
  readonly #seed: number;
  readonly #mask: number;
  readonly #significantBits: ((key: number) => number) | undefined;
  /** Whether keys are one 32-bit word, and whether values fill what they lie in. */
  readonly #isWord: boolean;
  readonly #isWhole: boolean;
  #buckets = 0;
  #size = 0;
  /** Highest addresses that an entry and a value are known to have room at. */
  #lastEntry = 0;
  #lastValue = 0;

  constructor(kernel: Kernel, options: HashTableOptions) {
    const { keySize, valueSize, maxEntries, visible } = options;
    const count = Math.min(2 ** Math.ceil(Math.log2(Math.max(maxEntries, 2))), LARGEST_TABLE);
    this.#kernel = kernel;
    this.#options = options;
    this.#significantBits = options.significantBits;
    this.#isWhole = valueSize % 8 === 0;
    this.#isWord = keySize === 4 && options.significantBits === undefined;
    this.#seed = kernel.random.next() | 0;
    this.#mask = count - 1;
    this.#entries = new Pool(kernel.memory, Math.ceil((KEY + keySize) / 8) * 8);
    this.#values = new Pool(kernel.memory, Math.ceil(valueSize / 8) * 8, visible);
  }

  /** Where keys are found: address of the buckets, their number less one, and the seed of the hash. */
  get buckets(): { readonly buckets: number; readonly mask: number; readonly seed: number } {
    return { buckets: this.#buckets, mask: this.#mask, seed: this.#seed };
  }

  /** Takes the memory of the empty table. Throws `EBPF_NO_MEMORY`. */
  prepare(): void {
    this.#buckets = this.#memory.allocate((this.#mask + 1) * 4, "metadata");
  }

  /** Address of the key's value, 0 where there is none. */
  find(key: number): number {
    const entry = this.#entryOf(key);
    if (entry === 0) return 0;
    const value = this.#word(entry + VALUE);
    if (value <= 0 || value > this.#lastValue) this.#checkValue(value);
    return value;
  }

  /** Writes an entry, its value copied from `value`, or zeros for 0. `OUT_OF_SPACE` where a limited table is full. */
  update(key: number, value: number, flags: number): number {
    if (checkUpdateFlags(flags) !== EbpfResult.SUCCESS) return EbpfResult.INVALID_ARGUMENT;
    const found = this.#entryOf(key);
    if (found !== 0 && flags === UpdateFlag.NOEXIST) return EbpfResult.OBJECT_ALREADY_EXISTS;
    if (found === 0 && flags === UpdateFlag.EXIST) return EbpfResult.KEY_NOT_FOUND;
    if (found === 0 && this.#options.limited === true && this.#size >= this.#options.maxEntries) {
      return EbpfResult.OUT_OF_SPACE;
    }
    const old = found === 0 ? 0 : this.#word(found + VALUE);
    if (found !== 0 && !this.#values.owns(old)) throw this.#damaged("a value is none of its own");
    const fresh = this.#values.take(value !== 0 && this.#isWhole);
    if (fresh === 0) return EbpfResult.NO_MEMORY;
    const entry = found === 0 ? this.#append(key, this.#hash(key), fresh) : found;
    if (entry === 0) {
      this.#values.give(fresh);
      return EbpfResult.NO_MEMORY;
    }
    const { bytes } = this.#memory;
    if (value !== 0) copyBytes(bytes, value, bytes, fresh, this.#options.valueSize);
    this.#options.onEnter?.(fresh, key, entry);
    if (found !== 0) {
      this.#retire(old);
      this.#setWord(found + VALUE, fresh);
    }
    return EbpfResult.SUCCESS;
  }

  /** `KEY_NOT_FOUND` where the key is not there. */
  delete(key: number): number {
    const hash = this.#hash(key);
    const entry = this.#find(key, hash);
    if (entry === 0) return EbpfResult.KEY_NOT_FOUND;
    const value = this.#word(entry + VALUE);
    if (!this.#values.owns(value)) throw this.#damaged("a value is none of its own");
    this.#setWord(this.#linkTo(hash, entry), this.#word(entry + NEXT));
    this.#retire(value);
    this.#entries.give(entry);
    this.#size--;
    return EbpfResult.SUCCESS;
  }

  /** See `KernelMap.nextKey`. */
  nextKey(previous: number, into: number): number {
    let bucket = -1;
    let next = 0;
    if (previous !== 0) {
      const hash = this.#hash(previous);
      const entry = this.#find(previous, hash);
      if (entry === 0) return EbpfResult.KEY_NOT_FOUND;
      bucket = hash & this.#mask;
      next = this.#word(entry + NEXT);
    }
    while (next === 0) {
      if (++bucket > this.#mask) return EbpfResult.NO_MORE_KEYS;
      next = this.#word(this.#buckets + bucket * 4);
    }
    this.#checkEntry(next);
    this.#memory.bytes.copyWithin(into, next + KEY, next + KEY + this.#options.keySize);
    return EbpfResult.SUCCESS;
  }

  /** Marks an entry with what compiled code has to know of it. */
  mark(entry: number, mark: number): void {
    this.#setWord(entry + MARK, mark);
  }

  destroy(): void {
    this.#values.destroy();
    this.#entries.destroy();
    if (this.#buckets !== 0) this.#memory.free(this.#buckets);
  }

  get #memory(): Memory {
    return this.#kernel.memory;
  }

  /** Makes an entry at the end of its bucket; 0 when memory has run out. */
  #append(key: number, hash: number, value: number): number {
    const entry = this.#entries.take();
    if (entry === 0) return 0;
    this.#setWord(entry + HASH, hash);
    this.#setWord(entry + VALUE, value);
    this.#memory.bytes.copyWithin(entry + KEY, key, key + this.#options.keySize);
    this.#setWord(this.#linkTo(hash, 0), entry);
    this.#size++;
    return entry;
  }

  /** Address of the word of a bucket's chain that holds `entry`, 0 standing for its end. */
  #linkTo(hash: number, entry: number): number {
    let link = this.#buckets + (hash & this.#mask) * 4;
    for (let left = this.#size; ; left--) {
      const next = this.#word(link);
      if (next === entry) return link;
      if (left <= 0) throw this.#damaged("a chain has more entries than the map");
      this.#checkEntry(next);
      link = next + NEXT;
    }
  }

  #checkEntry(entry: number): void {
    // Memory grows, and only grows: what lies beyond the limit of the last look may lie inside today's.
    this.#lastEntry = this.#memory.bytes.length - KEY - this.#options.keySize;
    if (entry <= 0 || entry > this.#lastEntry) throw this.#damaged("an entry lies outside memory");
  }

  #checkValue(value: number): void {
    this.#lastValue = this.#memory.bytes.length - this.#options.valueSize;
    if (value <= 0 || value > this.#lastValue) throw this.#damaged("a value lies outside memory");
  }

  #damaged(what: string): EbpfError {
    return damaged(this.#options.name, what);
  }

  #retire(value: number): void {
    this.#options.onLeave?.(value);
    if (this.#kernel.running === undefined) this.#values.give(value);
    else this.#kernel.retire(() => this.#values.give(value));
  }

  #entryOf(key: number): number {
    return this.#isWord ? this.#findWord(key) : this.#find(key, this.#hash(key));
  }

  /** `#find`, for keys of 4 bytes, which are compared in one go. */
  #findWord(key: number): number {
    const { data } = this.#memory;
    const word = data.getInt32(key, true);
    const bucket = finished(mixIn(this.#seed, word)) & this.#mask;
    let entry = data.getInt32(this.#buckets + bucket * 4, true);
    for (let left = this.#size; entry !== 0; left--) {
      if (left <= 0) throw this.#damaged("a chain has more entries than the map");
      if (entry <= 0 || entry > this.#lastEntry) this.#checkEntry(entry);
      if (data.getInt32(entry + KEY, true) === word) return entry;
      entry = data.getInt32(entry + NEXT, true);
    }
    return 0;
  }

  /** Address of the entry of the key at `key`, 0 where there is none. */
  #find(key: number, hash: number): number {
    const { data } = this.#memory;
    let entry = data.getInt32(this.#buckets + (hash & this.#mask) * 4, true);
    for (let left = this.#size; entry !== 0; left--) {
      if (left <= 0) throw this.#damaged("a chain has more entries than the map");
      if (entry <= 0 || entry > this.#lastEntry) this.#checkEntry(entry);
      if (data.getInt32(entry + HASH, true) === hash && this.#equal(key, entry + KEY)) return entry;
      entry = data.getInt32(entry + NEXT, true);
    }
    return 0;
  }

  #equal(key: number, other: number): boolean {
    const { bytes, data } = this.#memory;
    let at = 0;
    if (this.#significantBits === undefined) {
      const { keySize } = this.#options;
      for (; at + 4 <= keySize; at += 4) {
        if (data.getInt32(key + at, true) !== data.getInt32(other + at, true)) return false;
      }
      for (; at < keySize; at++) if (bytes[key + at] !== bytes[other + at]) return false;
      return true;
    }
    const bits = this.#significantBits(key);
    if (this.#significantBits(other) !== bits) return false;
    const whole = bits >>> 3;
    for (; at < whole; at++) if (bytes[key + at] !== bytes[other + at]) return false;
    const rest = bits & 7;
    return rest === 0 || (bytes[key + whole] ^ bytes[other + whole]) >>> (8 - rest) === 0;
  }

  /**
   * A seeded 32-bit hash of the bits that count: multiply and rotate 4 bytes at a time, as far as there are so many,
   * then one at a time, then mix. Compiled code does the same (emit/lookup.ts of the compiler).
   */
  #hash(key: number): number {
    const { bytes, data } = this.#memory;
    const bits = this.#significantBits === undefined ? this.#options.keySize * 8 : this.#significantBits(key);
    const whole = bits >>> 3;
    let hash = this.#seed;
    let i = 0;
    for (; i + 4 <= whole; i += 4) hash = mixIn(hash, data.getInt32(key + i, true));
    for (; i < whole; i++) hash = mixIn(hash, bytes[key + i]);
    const rest = bits & 7;
    if (rest !== 0) hash = mixIn(hash, bytes[key + whole] >>> (8 - rest));
    return finished(hash);
  }

  #word(address: number): number {
    return this.#memory.data.getInt32(address, true);
  }

  #setWord(address: number, value: number): void {
    this.#memory.data.setInt32(address, value, true);
  }
}

function mixIn(hash: number, bits: number): number {
  const mixed = Math.imul(hash ^ bits, 0x0100_0193);
  return (mixed << 13) | (mixed >>> 19);
}

function finished(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 13);
}
