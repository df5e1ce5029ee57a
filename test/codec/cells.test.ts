import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { be64, type Codec, cellsOf, i32, i64, u8, u32, u64, wordCells } from "../../src/codec/index.ts";

const codecs = [u32, i32, u64, i64, u8, be64] as unknown as readonly Codec<unknown>[];

describe("cells", () => {
  test.each(codecs)("of %o hold what the codec reads at the same places, whatever the stride and offset", (codec) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 8, max: 12 }),
        (bytes, offset, stride) => {
          for (const step of [stride, codec.size]) {
            const cells = cellsOf(codec, bytes, offset, step);
            for (let i = 0; i < 4; i++) expect(cells.get(i)).toBe(codec.decode(bytes, offset + i * step));
          }
        },
      ),
    );
  });

  test.each([
    [u32, [0, 2 ** 32 - 1, -0], [-1, 2 ** 32, 0.5, Number.NaN, 1n, "1", null]],
    [i32, [-(2 ** 31), 2 ** 31 - 1, -0], [-(2 ** 31) - 1, 2 ** 31, 0.5, Number.NaN, 1n, "1"]],
    [u64, [0n, 2n ** 64n - 1n], [-1n, 2n ** 64n, 1, "1", undefined]],
    [i64, [-(2n ** 63n), 2n ** 63n - 1n], [-(2n ** 63n) - 1n, 2n ** 63n, 1, "1"]],
  ] as unknown as [Codec<unknown>, unknown[], unknown[]][])(
    "of %o write what the codec writes, and nothing that does not fit",
    (codec, good, bad) => {
      const bytes = new Uint8Array(16);
      const cells = wordCells(codec, bytes, 8);
      const expected = new Uint8Array(16);
      for (const value of good) {
        expect(cells?.set(0, value)).toBe(true);
        codec.encode(value, expected, 8);
        expect(bytes).toEqual(expected);
      }
      for (const value of bad) {
        expect(cells?.set(0, value)).toBe(false);
        expect(bytes).toEqual(expected);
      }
    },
  );

  test("of what lies askew, or is no word, are only read", () => {
    expect(wordCells(u64, new Uint8Array(16), 4)).toBeUndefined();
    expect(wordCells(u64, new Uint8Array(32).subarray(1), 0)).toBeUndefined();
    expect(wordCells(be64, new Uint8Array(16), 0)).toBeUndefined();
    const bytes = new Uint8Array(16);
    expect(cellsOf(be64, bytes, 0, 8).set(0, 1n)).toBe(false);
    expect(bytes).toEqual(new Uint8Array(16));
  });
});
