import { type BitRange, bitField } from "../bit-field.ts";
import { bool } from "../bool.ts";
import { checkBounds } from "../bounds.ts";
import { type Codec, ownCodec, worksInPlace } from "../codec.ts";
import { CodecError } from "../codec-error.ts";
import { describe } from "../describe.ts";
import { i8, i16, i32, i64, u8, u16, u32, u64 } from "../integer.ts";

/** What BTF says of an integer, an enumeration or a bit-field of either. */
export interface IntegerType {
  readonly kind: "signed" | "unsigned" | "bool";
  /** Values by name, for enumerations; undefined for the rest. */
  readonly byName?: ReadonlyMap<string, bigint>;
}

const PLAIN: ReadonlyMap<string, Codec<number> | Codec<bigint>> = new Map<string, Codec<number> | Codec<bigint>>([
  ["unsigned 1", u8],
  ["unsigned 2", u16],
  ["unsigned 4", u32],
  ["unsigned 8", u64],
  ["signed 1", i8],
  ["signed 2", i16],
  ["signed 4", i32],
  ["signed 8", i64],
]);

/** The inner codec with what C adds to a number: truth values, and names for values. */
const dress = (inner: Codec<unknown>, name: string, type: IntegerType): Codec<unknown> => {
  const { byName } = type;
  if (type.kind !== "bool" && byName === undefined) return inner;
  const toNumber = (value: unknown): unknown => {
    if (type.kind === "bool") {
      if (typeof value !== "boolean") throw new CodecError(`${name} takes true or false, not ${describe(value)}`);
      return value ? 1 : 0;
    }
    if (typeof value !== "string") return value;
    const number = byName?.get(value);
    if (number === undefined) throw new CodecError(`${name} has no enumerator ${describe(value)}`);
    return number;
  };
  return ownCodec(
    {
      name,
      size: inner.size,
      align: inner.align,
      encode: (value: unknown, bytes: Uint8Array, offset: number): void => inner.encode(toNumber(value), bytes, offset),
      decode(bytes: Uint8Array, offset: number): unknown {
        const value = inner.decode(bytes, offset);
        return type.kind === "bool" ? value !== 0 && value !== 0n : value;
      },
    },
    worksInPlace(inner),
  );
};

/** A bit-field of a struct: its neighbours' bits stay as they are. */
export function bitFieldCodec(name: string, type: IntegerType, range: BitRange): Codec<unknown> {
  return dress(bitField(name, range), name, type);
}

/**
 * An integer, truth value or enumeration of `size` bytes, of which `range` says what counts (all, but for oddities such
 * as `_BitInt(24)`): `number` up to 32 bits, `bigint` beyond. Enumerations take a name for its value as well.
 */
export function integerCodec(name: string, size: number, type: IntegerType, range: BitRange): Codec<unknown> {
  const whole = range.shift === 0 && range.bits === 8 * size;
  if (type.kind === "bool" && whole && size === 1) return bool;
  const plain = whole ? PLAIN.get(`${type.kind === "bool" ? "unsigned" : type.kind} ${size}`) : undefined;
  if (plain !== undefined) return dress(plain, name, type);
  const inner: Codec<unknown> = bitFieldCodec(name, type, range);
  return Object.freeze({
    name,
    size,
    align: size,
    encode(value: unknown, bytes: Uint8Array, offset: number): void {
      checkBounds(bytes, offset, size, name);
      bytes.fill(0, offset, offset + size);
      inner.encode(value, bytes, offset);
    },
    decode(bytes: Uint8Array, offset: number): unknown {
      checkBounds(bytes, offset, size, name);
      return inner.decode(bytes, offset);
    },
  });
}
