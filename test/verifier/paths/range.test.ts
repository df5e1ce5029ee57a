import { describe, expect, test } from "vitest";
import { compute, type Operation } from "../../../src/verifier/paths/concrete.ts";
import { between, type Range, rangeOf } from "../../../src/verifier/paths/range.ts";
import { applied } from "../../../src/verifier/paths/range-operations.ts";
import { RandomSource } from "../random/random-source.ts";

const OPERATIONS: readonly Operation[] = [
  ...(["add", "sub", "mul", "udiv", "umod", "sdiv", "smod", "or", "and", "xor", "lsh", "rsh", "arsh"] as const),
  ...(["movsx8", "movsx16", "movsx32", "neg", "be16", "be32", "be64", "le16", "le32", "le64"] as const),
  ...(["swap16", "swap32", "swap64"] as const),
];

const ROUNDS = 400;

/** Small numbers, those around powers of two, and any. */
function randomNumber(random: RandomSource): bigint {
  const any = (BigInt(random.next()) << 32n) | BigInt(random.next());
  return BigInt.asUintN(64, any) >> BigInt(random.below(64));
}

const isIn = ({ min, max, known, value }: Range, number: bigint): boolean =>
  min <= number && number <= max && (number & known) === value;

/** A range, and a number in it. */
function randomMember(random: RandomSource): readonly [Range, bigint] {
  const [a, b] = [randomNumber(random), randomNumber(random)];
  const known = random.once(2) ? randomNumber(random) : 0n;
  const number = random.once(2) ? a : b;
  const [min, max] = a < b ? [a, b] : [b, a];
  return [rangeOf(min, max, known, number & known) ?? between(number, number), number];
}

describe("given two ranges and a number in each", () => {
  test.each(OPERATIONS)("%s: the result of the numbers is in the result of the ranges", (operation) => {
    const random = new RandomSource(operation.length * 31 + operation.charCodeAt(0));
    for (let round = 0; round < ROUNDS; round++) {
      const [[left, a], [right, b]] = [randomMember(random), randomMember(random)];
      for (const is64 of [true, false]) {
        const result = applied(operation, left, right, is64);
        const number = compute(operation, a, b, is64);
        expect(isIn(result, number), `${operation} ${a} ${b} ${is64}`).toBe(true);
      }
    }
  });
});

describe("given the instruction set's rules (RFC 9669, section 4.1)", () => {
  test.each<[Operation, bigint, bigint, boolean, bigint]>([
    ["udiv", 7n, 0n, true, 0n],
    ["umod", 7n, 0n, true, 7n],
    ["sdiv", -7n, 2n, true, BigInt.asUintN(64, -3n)],
    ["smod", -7n, 2n, false, 0xffff_ffffn],
    ["lsh", 1n, 33n, false, 2n],
    ["arsh", 0x8000_0000n, 31n, false, 0xffff_ffffn],
    ["movsx8", 0n, 0x80n, true, BigInt.asUintN(64, -128n)],
    ["movsx8", 0n, 0x80n, false, 0xffff_ff80n],
    ["be16", 0x1234n, 0n, true, 0x3412n],
    ["neg", 1n, 0n, false, 0xffff_ffffn],
  ])("%s of %d and %d (64 bits: %s) is %d", (operation, left, right, is64, wanted) => {
    expect(compute(operation, left, right, is64)).toBe(wanted);
  });
});
