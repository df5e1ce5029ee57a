import { checkBounds } from "./bounds.ts";
import type { Codec } from "./codec.ts";
import { bigintInRange, numberInRange } from "./integer-range.ts";

/** Where bits lie: `bits` of them from bit `shift` (0 to 7, least significant first) of the first byte. */
export interface BitRange {
  readonly shift: number;
  readonly bits: number;
  readonly signed: boolean;
}

/**
 * Up to 32 bits somewhere inside a few bytes, a `number`; encoding leaves the bits around them as they are. Arithmetic
 * is on doubles: 32 bits at shift 7 reach over five bytes, beyond what bitwise operators see.
 */
function narrowBits(name: string, { shift, bits, signed }: BitRange): Codec<number> {
  const size = Math.ceil((shift + bits) / 8);
  const unit = 2 ** shift;
  const range = 2 ** bits;
  const half = range / 2;
  const load = (bytes: Uint8Array, offset: number): number => {
    let all = 0;
    for (let i = size - 1; i >= 0; i--) all = all * 256 + (bytes[offset + i] ?? 0);
    return all;
  };
  const read = (all: number): number => Math.floor(all / unit) % range;
  return Object.freeze({
    name,
    size,
    align: 1,
    encode(value: number, bytes: Uint8Array, offset: number): void {
      checkBounds(bytes, offset, size, name);
      const number = numberInRange(value, signed ? -half : 0, signed ? half - 1 : range - 1, name);
      const all = load(bytes, offset);
      let rest = all + ((number < 0 ? number + range : number) - read(all)) * unit;
      for (let i = 0; i < size; i++) {
        bytes[offset + i] = rest % 256;
        rest = Math.floor(rest / 256);
      }
    },
    decode(bytes: Uint8Array, offset: number): number {
      checkBounds(bytes, offset, size, name);
      const value = read(load(bytes, offset));
      return signed && value >= half ? value - range : value;
    },
  });
}

/** More than 32 bits somewhere inside bytes, a `bigint`; encoding leaves the bits around them as they are. */
function wideBits(name: string, { shift, bits, signed }: BitRange): Codec<bigint> {
  const size = Math.ceil((shift + bits) / 8);
  const mask = (1n << BigInt(bits)) - 1n;
  const half = 1n << BigInt(bits - 1);
  const load = (bytes: Uint8Array, offset: number): bigint => {
    let all = 0n;
    for (let i = size - 1; i >= 0; i--) all = (all << 8n) | BigInt(bytes[offset + i] ?? 0);
    return all;
  };
  return Object.freeze({
    name,
    size,
    align: 1,
    encode(value: bigint, bytes: Uint8Array, offset: number): void {
      checkBounds(bytes, offset, size, name);
      const number = bigintInRange(value, signed ? -half : 0n, signed ? half - 1n : mask, name) & mask;
      let rest = (load(bytes, offset) & ~(mask << BigInt(shift))) | (number << BigInt(shift));
      for (let i = 0; i < size; i++) {
        bytes[offset + i] = Number(rest & 255n);
        rest >>= 8n;
      }
    },
    decode(bytes: Uint8Array, offset: number): bigint {
      checkBounds(bytes, offset, size, name);
      const value = (load(bytes, offset) >> BigInt(shift)) & mask;
      return signed && value >= half ? value - mask - 1n : value;
    },
  });
}

/** `narrowBits` up to 32 bits, `wideBits` beyond. */
export function bitField(name: string, range: BitRange): Codec<number> | Codec<bigint> {
  return range.bits <= 32 ? narrowBits(name, range) : wideBits(name, range);
}
