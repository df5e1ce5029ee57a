import { checkBounds } from "./bounds.ts";
import { cellMakers } from "./cells.ts";
import { type CellMaker, type Codec, inWords, ownCodec } from "./codec.ts";
import { bigintInRange, numberInRange } from "./integer-range.ts";

type Read = (bytes: Uint8Array, offset: number) => number;

/** A byte that the caller's bounds check has shown to be there. */
const byte = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

const low32: Read = (bytes, at) =>
  byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24);
const low16: Read = (bytes, at) => byte(bytes, at) | (byte(bytes, at + 1) << 8);
const high32: Read = (bytes, at) =>
  (byte(bytes, at) << 24) | (byte(bytes, at + 1) << 16) | (byte(bytes, at + 2) << 8) | byte(bytes, at + 3);

type Write = (bytes: Uint8Array, offset: number, value: number) => void;

const write8: Write = (bytes, at, value) => {
  bytes[at] = value;
};
const writeLow16: Write = (bytes, at, value) => {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
};
const writeHigh16: Write = (bytes, at, value) => {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
};
const writeLow32: Write = (bytes, at, value) => {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
};
const writeHigh32: Write = (bytes, at, value) => {
  bytes[at] = value >> 24;
  bytes[at + 1] = value >> 16;
  bytes[at + 2] = value >> 8;
  bytes[at + 3] = value;
};

/** An integer of up to 32 bits, a `number`. */
const narrow = (
  name: string,
  size: number,
  signed: boolean,
  read: Read,
  write: Write,
  cells?: CellMaker<number>,
): Codec<number> => {
  const range = 2 ** (8 * size);
  const min = signed ? -range / 2 : 0;
  const max = signed ? range / 2 - 1 : range - 1;
  return ownCodec({
    name,
    size,
    align: size,
    ...(cells === undefined ? {} : { [inWords]: cells }),
    encode(value: number, bytes: Uint8Array, offset: number): void {
      if (!(offset >= 0 && offset + size <= bytes?.length)) checkBounds(bytes, offset, size, name);
      const fits = typeof value === "number" && value >= min && value <= max && Math.floor(value) === value;
      write(bytes, offset, fits ? value : numberInRange(value, min, max, name));
    },
    decode(bytes: Uint8Array, offset: number): number {
      if (!(offset >= 0 && offset + size <= bytes?.length)) checkBounds(bytes, offset, size, name);
      return read(bytes, offset);
    },
  });
};

/** An integer of 64 bits, a `bigint`; `read` and `write` are those of its halves. */
const wide = (name: string, signed: boolean, read: Read, write: Write, cells?: CellMaker<bigint>): Codec<bigint> => {
  const min = signed ? -(1n << 63n) : 0n;
  const max = signed ? (1n << 63n) - 1n : (1n << 64n) - 1n;
  const lowAt = read === high32 ? 4 : 0;
  const highAt = 4 - lowAt;
  // Through memory: twice as fast as putting a bigint together with shifts, four times as fast as a DataView.
  const scratch = new BigUint64Array(1);
  const signedScratch = new BigInt64Array(scratch.buffer);
  const halves = new Uint32Array(scratch.buffer);
  return ownCodec({
    name,
    size: 8,
    align: 8,
    ...(cells === undefined ? {} : { [inWords]: cells }),
    encode(value: bigint, bytes: Uint8Array, offset: number): void {
      if (!(offset >= 0 && offset + 8 <= bytes?.length)) checkBounds(bytes, offset, 8, name);
      const fits = typeof value === "bigint" && value >= min && value <= max;
      scratch[0] = fits ? value : bigintInRange(value, min, max, name);
      write(bytes, offset + lowAt, halves[0] ?? 0);
      write(bytes, offset + highAt, halves[1] ?? 0);
    },
    decode(bytes: Uint8Array, offset: number): bigint {
      if (!(offset >= 0 && offset + 8 <= bytes?.length)) checkBounds(bytes, offset, 8, name);
      halves[0] = read(bytes, offset + lowAt);
      halves[1] = read(bytes, offset + highAt);
      return (signed ? signedScratch[0] : scratch[0]) ?? 0n;
    },
  });
};

/** Unsigned, 8 bits. */
export const u8: Codec<number> = narrow("u8", 1, false, byte, write8);
/** Unsigned, 16 bits, little-endian. */
export const u16: Codec<number> = narrow("u16", 2, false, low16, writeLow16);
/** Unsigned, 32 bits, little-endian. */
export const u32: Codec<number> = narrow(
  "u32",
  4,
  false,
  (bytes, at) => low32(bytes, at) >>> 0,
  writeLow32,
  cellMakers.u32,
);
/** Two's complement, 8 bits. */
export const i8: Codec<number> = narrow("i8", 1, true, (bytes, at) => (byte(bytes, at) << 24) >> 24, write8);
/** Two's complement, 16 bits, little-endian. */
export const i16: Codec<number> = narrow("i16", 2, true, (bytes, at) => (low16(bytes, at) << 16) >> 16, writeLow16);
/** Two's complement, 32 bits, little-endian. */
export const i32: Codec<number> = narrow("i32", 4, true, low32, writeLow32, cellMakers.i32);
/** Unsigned, 64 bits, little-endian. */
export const u64: Codec<bigint> = wide("u64", false, low32, writeLow32, cellMakers.u64);
/** Two's complement, 64 bits, little-endian. */
export const i64: Codec<bigint> = wide("i64", true, low32, writeLow32, cellMakers.i64);

/** Unsigned, 16 bits, network byte order: a port. */
export const be16: Codec<number> = narrow(
  "be16",
  2,
  false,
  (bytes, at) => (byte(bytes, at) << 8) | byte(bytes, at + 1),
  writeHigh16,
);
/** Unsigned, 32 bits, network byte order. */
export const be32: Codec<number> = narrow("be32", 4, false, (bytes, at) => high32(bytes, at) >>> 0, writeHigh32);
/** Unsigned, 64 bits, network byte order. */
export const be64: Codec<bigint> = wide("be64", false, high32, writeHigh32);
