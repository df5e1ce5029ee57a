import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  bitAnd,
  bitOr,
  bitXor,
  canonical,
  divide,
  fillOnes,
  type Integer,
  less,
  multiply,
  negate,
  remainder,
  signExtend,
  subtract,
  zeroExtend,
} from "../../../src/verifier/domain/index.ts";

/** Around the borders where representations change, and anywhere. */
const integer = fc.oneof(
  fc.integer({ min: -10, max: 10 }).map(BigInt),
  fc.constantFrom(...[31n, 32n, 52n, 53n, 54n, 63n, 64n].flatMap((bits) => [1n, -1n].map((sign) => sign * 2n ** bits))),
  fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }),
);
const pair = fc.tuple(
  fc.tuple(integer, fc.integer({ min: -2, max: 2 })).map(([base, step]) => base + BigInt(step)),
  fc.tuple(integer, fc.integer({ min: -2, max: 2 })).map(([base, step]) => base + BigInt(step)),
);

function isCanonical(value: Integer): boolean {
  return typeof value === "number" ? Number.isSafeInteger(value) : !Number.isSafeInteger(Number(value));
}

const OPERATIONS: Readonly<
  Record<string, readonly [(a: Integer, b: Integer) => Integer, (a: bigint, b: bigint) => bigint]>
> = {
  add: [add, (a, b) => a + b],
  subtract: [subtract, (a, b) => a - b],
  multiply: [multiply, (a, b) => a * b],
  bitAnd: [bitAnd, (a, b) => a & b],
  bitOr: [bitOr, (a, b) => a | b],
  bitXor: [bitXor, (a, b) => a ^ b],
};

describe("given integers on both sides of 2^53", () => {
  for (const [name, [operation, reference]] of Object.entries(OPERATIONS)) {
    test(`when ${name} is applied, then the result is exact and canonical`, () => {
      fc.assert(
        fc.property(pair, ([a, b]) => {
          const result = operation(canonical(a), canonical(b));
          expect(BigInt(result)).toBe(reference(a, b));
          expect(isCanonical(result)).toBe(true);
        }),
      );
    });
  }

  test("when they are divided, then quotient and remainder truncate toward zero", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        if (b === 0n) return;
        expect(BigInt(divide(canonical(a), canonical(b)))).toBe(a / b);
        expect(BigInt(remainder(canonical(a), canonical(b)))).toBe(a % b);
      }),
    );
  });

  test("when they are compared or negated, then values count, not representations", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(less(canonical(a), canonical(b))).toBe(a < b);
        expect(canonical(a) === canonical(b)).toBe(a === b);
        expect(BigInt(negate(canonical(a)))).toBe(-a);
      }),
    );
  });

  test("when they are cut to a width, then the low bits stay", () => {
    fc.assert(
      fc.property(integer, fc.constantFrom(8, 16, 32, 64), (value, width) => {
        expect(BigInt(zeroExtend(canonical(value), width))).toBe(BigInt.asUintN(width, value));
        expect(BigInt(signExtend(canonical(value), width))).toBe(BigInt.asIntN(width, value));
      }),
    );
  });

  test("when ones are filled in below the highest bit, then the result is 2^n - 1", () => {
    expect([0, 1, 2, 5, 8, 255, 256].map(fillOnes)).toEqual([0, 1, 3, 7, 15, 255, 511]);
    expect(fillOnes(2n ** 63n)).toBe(2n ** 64n - 1n);
  });
});

describe("given infinity", () => {
  test("when finite integers are added or multiplied, then it stays, with the right sign", () => {
    expect(add(Infinity, -5)).toBe(Infinity);
    expect(add(2n ** 64n, -Infinity)).toBe(-Infinity);
    expect(multiply(-Infinity, 2n ** 64n)).toBe(-Infinity);
    expect(multiply(-Infinity, -3)).toBe(Infinity);
    expect(multiply(Infinity, 0)).toBe(0);
  });
});
