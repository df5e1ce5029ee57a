import { type Cells, type Codec, cellsOf, encodeValue, rooted, worksInPlace } from "../codec/index.ts";

/** Bytes of many values, one behind the other, for a batch that is written. */
export class ColumnWriter<T> {
  readonly bytes: Uint8Array;
  readonly #codec: Codec<T>;
  readonly #root: string;
  readonly #cells: Cells<T>;
  readonly #isInPlace: boolean;

  /** Errors call the values `root`. */
  constructor(codec: Codec<T>, count: number, root: string) {
    this.bytes = new Uint8Array(count * codec.size);
    this.#codec = codec;
    this.#root = root;
    this.#cells = cellsOf(codec, this.bytes, 0, codec.size);
    this.#isInPlace = worksInPlace(codec);
  }

  /** Throws `EBPF_INVALID_ARGUMENT` for a value that does not fit the codec. */
  write(index: number, value: T): void {
    if (this.#cells.set(index, value)) return;
    const offset = index * this.#codec.size;
    if (!this.#isInPlace) {
      this.bytes.set(encodeValue(this.#codec, value, this.#root), offset);
      return;
    }
    try {
      this.#codec.encode(value, this.bytes, offset);
    } catch (error) {
      throw rooted(error, this.#root);
    }
  }
}
