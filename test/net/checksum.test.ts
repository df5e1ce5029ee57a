import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { internetChecksum, onesComplementSum, replaceInChecksum } from "../../src/net/index.ts";

describe("the Internet checksum", () => {
  test("given the example of RFC 1071 section 3, when summed, then ddf2", () => {
    expect(onesComplementSum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).toBe(0xddf2);
  });

  test("given the example of RFC 1624 section 4, when a word changes, then the checksum is 0", () => {
    expect(replaceInChecksum(0xdd2f, 0x5555, 0x3285)).toBe(0x0000);
  });

  test("given an odd number of bytes, when summed, then the last is the upper half of a word", () => {
    expect(onesComplementSum(Uint8Array.of(0x12, 0x34, 0x56))).toBe(0x1234 + 0x5600);
  });

  test("given bytes in two pieces, when summed one after the other, then as in one piece", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(100), (bytes, cut) => {
        const even = Math.min(cut & ~1, bytes.length & ~1);
        const first = onesComplementSum(bytes.subarray(0, even));
        expect(onesComplementSum(bytes.subarray(even), first)).toBe(onesComplementSum(bytes));
      }),
    );
  });

  test("given bytes with their checksum put in, when checked, then 0", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 64 }), (bytes) => {
        bytes.set([0, 0]);
        const checksum = internetChecksum(bytes);
        bytes.set([checksum >> 8, checksum & 0xff]);
        // The sum of nothing but zeros has two representations in one's complement.
        expect([0, 0xffff]).toContain(internetChecksum(bytes));
      }),
    );
  });

  test("given a word that changes, when the checksum is updated, then it is that of the new bytes", () => {
    const words = fc.uint8Array({ minLength: 8, maxLength: 64 }).filter((bytes) => bytes.some((byte) => byte !== 0));
    fc.assert(
      fc.property(words, fc.nat(0xffff), (bytes, after) => {
        const before = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
        const updated = replaceInChecksum(internetChecksum(bytes), before, after);
        bytes.set([after >> 8, after & 0xff], 2);
        expect(updated % 0xffff).toBe(internetChecksum(bytes) % 0xffff);
      }),
    );
  });
});
