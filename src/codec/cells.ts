import { type Cells, type Codec, inWords, worksInPlace } from "./codec.ts";

/** Whether words lie in memory as codecs without `be` in their names say. */
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

// A class for each type: what V8 compiles knows then which array it has before it.

class Uint32Cells implements Cells<number> {
  readonly #words: Uint32Array;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  get(index: number): number {
    return this.#words[index];
  }

  set(index: number, value: number): boolean {
    if (typeof value !== "number" || value >>> 0 !== value) return false;
    this.#words[index] = value;
    return true;
  }
}

class Int32Cells implements Cells<number> {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  get(index: number): number {
    return this.#words[index];
  }

  set(index: number, value: number): boolean {
    if (typeof value !== "number" || (value | 0) !== value) return false;
    this.#words[index] = value;
    return true;
  }
}

class Uint64Cells implements Cells<bigint> {
  readonly #words: BigUint64Array;

  constructor(words: BigUint64Array) {
    this.#words = words;
  }

  get(index: number): bigint {
    return this.#words[index];
  }

  set(index: number, value: bigint): boolean {
    if (typeof value !== "bigint" || value < 0n || value > 0xffff_ffff_ffff_ffffn) return false;
    this.#words[index] = value;
    return true;
  }
}

class Int64Cells implements Cells<bigint> {
  readonly #words: BigInt64Array;

  constructor(words: BigInt64Array) {
    this.#words = words;
  }

  get(index: number): bigint {
    return this.#words[index];
  }

  set(index: number, value: bigint): boolean {
    if (typeof value !== "bigint" || value < -0x8000_0000_0000_0000n || value > 0x7fff_ffff_ffff_ffffn) return false;
    this.#words[index] = value;
    return true;
  }
}

export const cellMakers = {
  u32: (buffer: ArrayBufferLike, offset: number, count: number) =>
    new Uint32Cells(new Uint32Array(buffer, offset, count)),
  i32: (buffer: ArrayBufferLike, offset: number, count: number) =>
    new Int32Cells(new Int32Array(buffer, offset, count)),
  u64: (buffer: ArrayBufferLike, offset: number, count: number) =>
    new Uint64Cells(new BigUint64Array(buffer, offset, count)),
  i64: (buffer: ArrayBufferLike, offset: number, count: number) =>
    new Int64Cells(new BigInt64Array(buffer, offset, count)),
};

/** The values of `codec` from `bytes[offset]` on, as many as there are; undefined where they are no aligned words. */
export function wordCells<T>(codec: Codec<T>, bytes: Uint8Array, offset = 0): Cells<T> | undefined {
  // Whoever spreads a codec of ours into another has that property, too, but words mean something else there.
  const make = worksInPlace(codec) ? codec[inWords] : undefined;
  const start = bytes.byteOffset + offset;
  if (make === undefined || !isLittleEndian || start % codec.size !== 0) return undefined;
  return make(bytes.buffer, start, Math.floor((bytes.length - offset) / codec.size));
}

/** The same for any codec, `stride` bytes apart: only to be read where they are no words. */
export function cellsOf<T>(codec: Codec<T>, bytes: Uint8Array, offset: number, stride: number): Cells<T> {
  const words = stride === codec.size ? wordCells(codec, bytes, offset) : undefined;
  return words ?? new DecodedCells(codec, bytes, offset, stride);
}

class DecodedCells<T> implements Cells<T> {
  readonly #codec: Codec<T>;
  readonly #bytes: Uint8Array;
  readonly #offset: number;
  readonly #stride: number;

  constructor(codec: Codec<T>, bytes: Uint8Array, offset: number, stride: number) {
    this.#codec = codec;
    this.#bytes = bytes;
    this.#offset = offset;
    this.#stride = stride;
  }

  get(index: number): T {
    return this.#codec.decode(this.#bytes, this.#offset + index * this.#stride);
  }

  set(): boolean {
    return false;
  }
}
