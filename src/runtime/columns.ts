import type { Codec } from "../codec/index.ts";
import type { Batch } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";

/** Entries that were read together: keys and values are decoded one by one, when they are asked for. */
export class Columns<K, V> {
  /** How many entries there are. */
  readonly length: number;
  readonly #batch: Batch;
  readonly #key: Codec<K>;
  readonly #value: Codec<V>;
  readonly #stride: number;

  /** @internal */
  constructor(batch: Batch, key: Codec<K>, value: Codec<V>) {
    this.length = batch.count;
    this.#batch = batch;
    this.#key = key;
    this.#value = value;
    this.#stride = batch.values.length / batch.count;
  }

  /** The key of the entry `index`, from 0. Throws `EBPF_INVALID_ARGUMENT` for an index beyond the end. */
  key(index: number): K {
    if (!(index >= 0 && index < this.length)) throw this.#outside(index);
    return this.#key.decode(this.#batch.keys, index * this.#key.size);
  }

  /** The value of the entry `index`, from 0. Throws `EBPF_INVALID_ARGUMENT` for an index beyond the end. */
  value(index: number): V {
    if (!(index >= 0 && index < this.length)) throw this.#outside(index);
    return this.#value.decode(this.#batch.values, index * this.#stride);
  }

  #outside(index: number): EbpfError {
    return new EbpfError("EBPF_INVALID_ARGUMENT", `There is no entry ${index} of ${this.length}`, {
      hint: "Entries are numbered from 0.",
    });
  }
}
