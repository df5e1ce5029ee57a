import { type Cells, type Codec, cellsOf } from "../codec/index.ts";
import type { Batch } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";

/**
 * Entries of a map that were read together, a copy of them: they stay as they are. Keys and values are decoded one by one,
 * when they are asked for, so that a loop over a batch makes nothing but what it looks at.
 */
export class MapBatch<K, V> implements Iterable<[K, V]> {
  /** How many entries there are. */
  readonly length: number;
  readonly #keys: Cells<K>;
  readonly #values: Cells<V>;

  /** @internal */
  constructor({ count, keys, values }: Batch, key: Codec<K>, value: Codec<V>) {
    this.length = count;
    this.#keys = cellsOf(key, keys, 0, key.size);
    this.#values = cellsOf(value, values, 0, values.length / count);
  }

  /** The key of the entry `index`, from 0. Throws `EBPF_INVALID_ARGUMENT` for an index beyond the end. */
  key(index: number): K {
    this.#assertInside(index);
    return this.#keys.get(index);
  }

  /** The value of the entry `index`, from 0. Throws `EBPF_INVALID_ARGUMENT` for an index beyond the end. */
  value(index: number): V {
    this.#assertInside(index);
    return this.#values.get(index);
  }

  /** All entries, decoded. */
  toArray(): [K, V][] {
    const entries = new Array<[K, V]>(this.length);
    for (let i = 0; i < this.length; i++) entries[i] = [this.#keys.get(i), this.#values.get(i)];
    return entries;
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return new EntryIterator(this.#keys, this.#values, this.length);
  }

  #assertInside(index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `There is no entry ${String(index)} of ${this.length}`, {
      hint: "Entries are numbered from 0.",
    });
  }
}

class EntryIterator<K, V> implements IterableIterator<[K, V]> {
  readonly #keys: Cells<K>;
  readonly #values: Cells<V>;
  readonly #length: number;
  #index = 0;

  constructor(keys: Cells<K>, values: Cells<V>, length: number) {
    this.#keys = keys;
    this.#values = values;
    this.#length = length;
  }

  // One result and one entry in one place, also at the end, where nobody reads the entry: V8 makes neither then for a loop
  // that takes the entry apart (its escape analysis gives up where two paths meet with an object each).
  next(): IteratorResult<[K, V]> {
    const index = this.#index;
    const done = index >= this.#length;
    let key: K | undefined;
    let value: V | undefined;
    if (!done) {
      this.#index = index + 1;
      key = this.#keys.get(index);
      value = this.#values.get(index);
    }
    return { done, value: [key, value] as [K, V] };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
