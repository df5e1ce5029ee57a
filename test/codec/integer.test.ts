import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { be16, be32, be64, type Codec, i8, i16, i32, i64, u8, u16, u32, u64 } from "../../src/codec/index.ts";
import { EbpfError } from "../../src/errors.ts";

/** DataView is the outside judge: ECMA-262 says what each of its readers and writers does. */
const narrow: readonly [Codec<number>, number, number, (view: DataView) => number][] = [
  [u8, 0, 0xff, (view) => view.getUint8(3)],
  [u16, 0, 0xffff, (view) => view.getUint16(3, true)],
  [u32, 0, 0xffff_ffff, (view) => view.getUint32(3, true)],
  [i8, -128, 127, (view) => view.getInt8(3)],
  [i16, -32768, 32767, (view) => view.getInt16(3, true)],
  [i32, -(2 ** 31), 2 ** 31 - 1, (view) => view.getInt32(3, true)],
  [be16, 0, 0xffff, (view) => view.getUint16(3)],
  [be32, 0, 0xffff_ffff, (view) => view.getUint32(3)],
];

const wide: readonly [Codec<bigint>, bigint, bigint, (view: DataView) => bigint][] = [
  [u64, 0n, 2n ** 64n - 1n, (view) => view.getBigUint64(3, true)],
  [i64, -(2n ** 63n), 2n ** 63n - 1n, (view) => view.getBigInt64(3, true)],
  [be64, 0n, 2n ** 64n - 1n, (view) => view.getBigUint64(3)],
];

const randomBytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe("integers up to 32 bits", () => {
  test.each(narrow)("%o reads what DataView reads and writes it back", (codec, _min, _max, expected) => {
    fc.assert(
      fc.property(randomBytes, (bytes) => {
        const value = codec.decode(bytes, 3);
        expect(value).toBe(expected(new DataView(bytes.buffer, bytes.byteOffset)));
        const copy = bytes.slice().fill(0, 3, 3 + codec.size);
        codec.encode(value, copy, 3);
        expect(copy).toEqual(bytes);
      }),
    );
  });

  test.each(narrow)("%o takes its ends and nothing beyond", (codec, min, max) => {
    const bytes = new Uint8Array(8);
    for (const value of [min, max]) {
      codec.encode(value, bytes, 0);
      expect(codec.decode(bytes, 0)).toBe(value);
    }
    for (const value of [min - 1, max + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => codec.encode(value, bytes, 0)).toThrow(EbpfError);
    }
  });

  test("the message says what does not fit", () => {
    expect(() => u8.encode(300, new Uint8Array(1), 0)).toThrow("value: 300 does not fit in u8");
  });

  test("a bigint that fits is taken, as its value says it all", () => {
    const bytes = new Uint8Array(4);
    (u32 as Codec<unknown>).encode(7n, bytes, 0);
    expect(bytes).toEqual(new Uint8Array([7, 0, 0, 0]));
  });

  test.each([["7"], [undefined], [null], [[7]], [{}], [true], [Symbol("7")]])("%o is no integer", (value) => {
    expect(() => (u32 as Codec<unknown>).encode(value, new Uint8Array(4), 0)).toThrow(/u32 takes an integer/);
  });
});

describe("integers of 64 bits", () => {
  test.each(wide)("%o reads what DataView reads and writes it back", (codec, _min, _max, expected) => {
    fc.assert(
      fc.property(randomBytes, (bytes) => {
        const value = codec.decode(bytes, 3);
        expect(value).toBe(expected(new DataView(bytes.buffer, bytes.byteOffset)));
        const copy = bytes.slice().fill(0, 3, 11);
        codec.encode(value, copy, 3);
        expect(copy).toEqual(bytes);
      }),
    );
  });

  test.each(wide)("%o takes its ends and nothing beyond", (codec, min, max) => {
    const bytes = new Uint8Array(8);
    for (const value of [min, max]) {
      codec.encode(value, bytes, 0);
      expect(codec.decode(bytes, 0)).toBe(value);
    }
    for (const value of [min - 1n, max + 1n]) {
      expect(() => codec.encode(value, bytes, 0)).toThrow(`does not fit in ${codec.name}`);
    }
  });

  test("a safe integer is taken; one that has lost digits is refused", () => {
    const loose: Codec<unknown> = u64;
    const bytes = new Uint8Array(8);
    loose.encode(2 ** 40, bytes, 0);
    expect(u64.decode(bytes, 0)).toBe(2n ** 40n);
    expect(() => loose.encode(2 ** 60, bytes, 0)).toThrow(/beyond 2\^53/);
    expect(() => loose.encode(1.5, bytes, 0)).toThrow(/takes an integer/);
  });
});

test("given too few bytes, then encode and decode refuse instead of reading nothing", () => {
  for (const codec of [u8, u16, u32, u64, be16, be64] as readonly Codec<unknown>[]) {
    const short = new Uint8Array(codec.size);
    for (const offset of [1, -1, Number.NaN]) {
      expect(() => codec.decode(short, offset)).toThrow(EbpfError);
      expect(() => codec.encode(codec.size > 4 ? 1n : 1, short, offset)).toThrow(EbpfError);
    }
  }
});
