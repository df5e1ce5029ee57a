import { type Cells, type Codec, cellsOf } from "../codec/index.ts";
import type { Batch } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";

/** Entries that were read together: keys and values are decoded one by one, when they are asked for. */
export class Columns<K, V> {
  /** How many entries there are. */
  readonly length: number;
  readonly #batch: Batch;
  readonly #key: Codec<K>;
  readonly #value: Codec<V>;
  // Made for those who ask for keys, and for values.
  #keys: Cells<K> | undefined;
  #values: Cells<V> | undefined;

  /** @internal */
  constructor(batch: Batch, key: Codec<K>, value: Codec<V>) {
    this.length = batch.count;
    this.#batch = batch;
    this.#key = key;
    this.#value = value;
  }

  /** The key of the entry `index`, from 0. Throws `EBPF_INVALID_ARGUMENT` for an index beyond the end. */
  key(index: number): K {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length)) throw this.#outside(index);
    this.#keys ??= cellsOf(this.#key, this.#batch.keys, 0, this.#key.size);
    return this.#keys.get(index);
  }

  /** The value of the entry `index`, from 0. Throws `EBPF_INVALID_ARGUMENT` for an index beyond the end. */
  value(index: number): V {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length)) throw this.#outside(index);
    this.#values ??= cellsOf(this.#value, this.#batch.values, 0, this.#batch.values.length / this.length);
    return this.#values.get(index);
  }

  #outside(index: number): EbpfError {
    return new EbpfError("EBPF_INVALID_ARGUMENT", `There is no entry ${index} of ${this.length}`, {
      hint: "Entries are numbered from 0.",
    });
  }
}
