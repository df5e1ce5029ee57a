import { checkBounds } from "./bounds.ts";
import type { Codec } from "./codec.ts";
import { bigintInRange, numberInRange } from "./integer-range.ts";

type Read = (bytes: Uint8Array, offset: number) => number;

/** A byte that the caller's bounds check has shown to be there. */
const byte = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

const low32: Read = (bytes, at) =>
  byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24);
const low16: Read = (bytes, at) => byte(bytes, at) | (byte(bytes, at + 1) << 8);
const high32: Read = (bytes, at) =>
  (byte(bytes, at) << 24) | (byte(bytes, at + 1) << 16) | (byte(bytes, at + 2) << 8) | byte(bytes, at + 3);

const write = (bytes: Uint8Array, offset: number, size: number, value: number, bigEndian: boolean): void => {
  for (let i = 0; i < size; i++) bytes[bigEndian ? offset + size - 1 - i : offset + i] = value >> (8 * i);
};

/** An integer of up to 32 bits, a `number`. */
const narrow = (name: string, size: number, signed: boolean, read: Read, bigEndian = false): Codec<number> => {
  const range = 2 ** (8 * size);
  const min = signed ? -range / 2 : 0;
  const max = signed ? range / 2 - 1 : range - 1;
  return Object.freeze({
    name,
    size,
    align: size,
    encode(value: number, bytes: Uint8Array, offset: number): void {
      checkBounds(bytes, offset, size, name);
      write(bytes, offset, size, numberInRange(value, min, max, name), bigEndian);
    },
    decode(bytes: Uint8Array, offset: number): number {
      if (!(offset >= 0 && offset + size <= bytes.length)) checkBounds(bytes, offset, size, name);
      return read(bytes, offset);
    },
  });
};

/** An integer of 64 bits, a `bigint`. `lowAt` and `highAt` are where its halves lie. */
const wide = (name: string, signed: boolean, read: Read, lowAt: number, highAt: number): Codec<bigint> => {
  const min = signed ? -(1n << 63n) : 0n;
  const max = signed ? (1n << 63n) - 1n : (1n << 64n) - 1n;
  const bigEndian = lowAt > highAt;
  // Through memory: twice as fast as putting a bigint together with shifts, four times as fast as a DataView.
  const scratch = new BigUint64Array(1);
  const signedScratch = new BigInt64Array(scratch.buffer);
  const halves = new Uint32Array(scratch.buffer);
  return Object.freeze({
    name,
    size: 8,
    align: 8,
    encode(value: bigint, bytes: Uint8Array, offset: number): void {
      checkBounds(bytes, offset, 8, name);
      scratch[0] = bigintInRange(value, min, max, name);
      write(bytes, offset + lowAt, 4, halves[0] ?? 0, bigEndian);
      write(bytes, offset + highAt, 4, halves[1] ?? 0, bigEndian);
    },
    decode(bytes: Uint8Array, offset: number): bigint {
      if (!(offset >= 0 && offset + 8 <= bytes.length)) checkBounds(bytes, offset, 8, name);
      halves[0] = read(bytes, offset + lowAt);
      halves[1] = read(bytes, offset + highAt);
      return (signed ? signedScratch[0] : scratch[0]) ?? 0n;
    },
  });
};

/** Unsigned, 8 bits. */
export const u8: Codec<number> = narrow("u8", 1, false, byte);
/** Unsigned, 16 bits, little-endian. */
export const u16: Codec<number> = narrow("u16", 2, false, low16);
/** Unsigned, 32 bits, little-endian. */
export const u32: Codec<number> = narrow("u32", 4, false, (bytes, at) => low32(bytes, at) >>> 0);
/** Two's complement, 8 bits. */
export const i8: Codec<number> = narrow("i8", 1, true, (bytes, at) => (byte(bytes, at) << 24) >> 24);
/** Two's complement, 16 bits, little-endian. */
export const i16: Codec<number> = narrow("i16", 2, true, (bytes, at) => (low16(bytes, at) << 16) >> 16);
/** Two's complement, 32 bits, little-endian. */
export const i32: Codec<number> = narrow("i32", 4, true, low32);
/** Unsigned, 64 bits, little-endian. */
export const u64: Codec<bigint> = wide("u64", false, low32, 0, 4);
/** Two's complement, 64 bits, little-endian. */
export const i64: Codec<bigint> = wide("i64", true, low32, 0, 4);

/** Unsigned, 16 bits, network byte order: a port. */
export const be16: Codec<number> = narrow(
  "be16",
  2,
  false,
  (bytes, at) => (byte(bytes, at) << 8) | byte(bytes, at + 1),
  true,
);
/** Unsigned, 32 bits, network byte order. */
export const be32: Codec<number> = narrow("be32", 4, false, (bytes, at) => high32(bytes, at) >>> 0, true);
/** Unsigned, 64 bits, network byte order. */
export const be64: Codec<bigint> = wide("be64", false, high32, 4, 0);
