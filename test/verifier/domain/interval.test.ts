import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DIALECTS } from "../../../src/verifier/dialect.ts";
import {
  difference,
  Interval,
  intersection,
  leftShift,
  product,
  signedQuotient,
  signedRemainder,
  union,
  unsignedQuotient,
  unsignedRemainder,
} from "../../../src/verifier/domain/index.ts";

const interval = fc
  .tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 12 }))
  .map(([lower, size]) => Interval.of(lower, lower + size));
const natural = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 12 }))
  .map(([lower, size]) => Interval.of(lower, lower + size));

function members(range: Interval): number[] {
  const result: number[] = [];
  for (let value = Number(range.lower); value <= Number(range.upper); value++) result.push(value);
  return result;
}

type Binary = (a: Interval, b: Interval) => Interval;

/** Every result of the concrete operation on members lies in the abstract result. */
function covers(values: fc.Arbitrary<Interval>, abstract: Binary, concrete: (a: number, b: number) => number): void {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const result = abstract(a, b);
      for (const x of members(a)) for (const y of members(b)) if (!result.contains(concrete(x, y))) return false;
      return true;
    }),
    { numRuns: 300 },
  );
}

const latest = DIALECTS.latest;

describe("given small intervals", () => {
  test("when added, subtracted or multiplied, then every concrete result is covered, and the ends are reached", () => {
    covers(
      interval,
      (a, b) => a.plus(b),
      (a, b) => a + b,
    );
    covers(
      interval,
      (a, b) => a.minus(b),
      (a, b) => a - b,
    );
    covers(interval, product, (a, b) => a * b);
    expect(product(Interval.of(-3, 2), Interval.of(-5, 4))).toEqual(Interval.of(-12, 15));
  });

  test("when divided as signed numbers, then truncation and the zero divisor are covered", () => {
    covers(
      interval,
      (a, b) => signedQuotient(a, b, latest),
      (a, b) => (b === 0 ? 0 : Math.trunc(a / b)),
    );
    covers(interval, signedRemainder, (a, b) => (b === 0 ? a : a % b));
  });

  test("when divided as unsigned numbers, then the zero divisor is covered", () => {
    covers(natural, unsignedQuotient, (a, b) => (b === 0 ? 0 : Math.trunc(a / b)));
    covers(natural, unsignedRemainder, (a, b) => (b === 0 ? a : a % b));
  });

  test("when combined bit by bit, then every concrete result is covered", () => {
    covers(natural, intersection, (a, b) => a & b);
    covers(natural, union, (a, b) => a | b);
    covers(natural, difference, (a, b) => a ^ b);
  });

  test("when shifted by a constant, then it is a multiplication; by anything else, nothing is known", () => {
    expect(leftShift(Interval.of(-3, 5), Interval.constant(4))).toEqual(Interval.of(-48, 80));
    expect(leftShift(Interval.constant(1), Interval.of(0, 1)).isTop).toBe(true);
  });

  test("when cut to a width, then every member's low bits are covered", () => {
    const wide = fc
      .tuple(fc.integer({ min: -700, max: 700 }), fc.integer({ min: 0, max: 300 }))
      .map(([lower, size]) => Interval.of(lower, lower + size));
    fc.assert(
      fc.property(wide, (range) => {
        const unsigned = range.zeroExtend(8);
        const signed = range.signExtend(8);
        return members(range).every(
          (value) => unsigned.contains(value & 0xff) && signed.contains(((value & 0xff) ^ 0x80) - 0x80),
        );
      }),
    );
  });

  test("when joined or met, then the lattice laws hold", () => {
    fc.assert(
      fc.property(interval, interval, (a, b) => {
        expect(a.isWithin(a.join(b)) && b.isWithin(a.join(b))).toBe(true);
        expect(a.meet(b).isWithin(a)).toBe(true);
        expect(a.meet(b).isBottom).toBe(members(a).every((value) => !b.contains(value)));
      }),
    );
  });
});

describe("given the dialect of Windows 1.6", () => {
  const windows = DIALECTS["windows-1.6"];

  test("when a range is divided by a negative constant, then its ends are not swapped and nothing is left (D13)", () => {
    expect(signedQuotient(Interval.of(8, 15), Interval.constant(-2), windows).isBottom).toBe(true);
    expect(signedQuotient(Interval.of(8, 15), Interval.constant(-2), latest)).toEqual(Interval.of(-7, -4));
  });

  test("when a negative number is divided by a range, then it is shifted first (D7)", () => {
    expect(signedQuotient(Interval.constant(-8), Interval.of(5, 6), latest)).toEqual(Interval.of(-1, -1));
    expect(signedQuotient(Interval.constant(-8), Interval.of(5, 6), windows)).toEqual(Interval.of(-2, -2));
  });
});
