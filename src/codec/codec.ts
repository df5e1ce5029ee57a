/**
 * Turns values of one type into a fixed number of bytes and back. Decoded values are copies: they never share memory
 * with `bytes`. Numbers are little-endian unless the codec's name says `be`.
 */
export interface Codec<T> {
  /** The type as a C programmer would name it: `u32`, `struct stats`, `u8[6]`. May come from a file: escape it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes: where C would put it inside a struct. */
  readonly align: number;
  /**
   * Writes `value` to `bytes[offset]` up to `bytes[offset + size]`, padding included. Throws `EBPF_INVALID_ARGUMENT`
   * (a `CodecError`, which names the member) for a value that is not of the type or does not fit; what has been
   * written to `bytes` by then is unspecified.
   */
  encode(value: T, bytes: Uint8Array, offset: number): void;
  /** Reads a value at `bytes[offset]`. Throws `EBPF_INVALID_ARGUMENT` where `bytes` ends before the value does. */
  decode(bytes: Uint8Array, offset: number): T;
  /** @internal */
  readonly [inWords]?: CellMaker<T>;
}

/** Values that lie in memory one behind another. Nobody checks an index. */
export interface Cells<T> {
  get(index: number): T;
  /** Writes a value; false, and nothing is written, where it does not fit: the codec says why. */
  set(index: number, value: T): boolean;
}

/** Makes cells of `count` values from the byte `offset` of `buffer` on. */
export type CellMaker<T> = (buffer: ArrayBufferLike, offset: number, count: number) => Cells<T>;

/** Marks codecs whose values are words of memory; its value is what makes cells of them. */
export const inWords: unique symbol = Symbol("inWords");

/**
 * Marks a codec of ours that touches nothing of `bytes` but its own and shares nothing of them: such a one may work where
 * values lie, among other things.
 */
const inPlace: unique symbol = Symbol("inPlace");

/**
 * Makes a codec of ours. Its mark is hidden: `{ ...u32, decode: … }` is somebody else's codec, which may keep the bytes
 * that it is given, change them or give them away, and does not take the mark along.
 */
export function ownCodec<C extends object>(codec: C, isInPlace = true): Readonly<C> {
  return Object.freeze(Object.defineProperty(codec, inPlace, { value: isInPlace }));
}

/** Whether a codec bears that mark itself. */
export function worksInPlace(codec: object): boolean {
  return Object.hasOwn(codec, inPlace) && inPlace in codec && codec[inPlace] === true;
}

/** The type of the values of a codec: `CodecValue<typeof u64>` is `bigint`. */
export type CodecValue<C> = C extends Codec<infer T> ? T : never;
