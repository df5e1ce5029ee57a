import type { Dialect } from "../dialect.ts";
import {
  add,
  divide,
  type Integer,
  isBounded,
  larger,
  magnitude,
  multiply,
  negate,
  remainder,
  signExtend,
  smaller,
  subtract,
  zeroExtend,
} from "./integer.ts";
import { Interval } from "./interval.ts";

type Quotient = (a: Integer, b: Integer) => Integer;

function hull(values: readonly Integer[]): Interval {
  let lower = values[0] ?? 0;
  let upper = lower;
  for (const value of values) {
    lower = smaller(lower, value);
    upper = larger(upper, value);
  }
  return Interval.of(lower, upper);
}

function corners(a: Interval, b: Interval, operation: Quotient): Interval {
  return hull([
    operation(a.lower, b.lower),
    operation(a.lower, b.upper),
    operation(a.upper, b.lower),
    operation(a.upper, b.upper),
  ]);
}

export function product(a: Interval, b: Interval): Interval {
  return a.isBottom || b.isBottom ? Interval.BOTTOM : corners(a, b, multiply);
}

/** Applies `operation` to the negative and the positive part of an interval that contains 0, and joins. */
function around(interval: Interval, operation: (part: Interval) => Interval): Interval {
  return operation(Interval.of(interval.lower, -1)).join(operation(Interval.of(1, interval.upper)));
}

/** How 0.2.4 moves a negative dividend, as floor division would need it, before it divides corner by corner. */
function shifted(dividend: Interval, divisor: Interval): Interval {
  if (dividend.upper >= 0) return dividend;
  const one = Interval.constant(1);
  return divisor.upper < 0 ? dividend.plus(divisor).plus(one) : dividend.plus(one).minus(divisor);
}

/** Signed division, truncating; a zero divisor gives 0 (RFC 9669 section 4.1). Finite intervals only. */
export function signedQuotient(a: Interval, b: Interval, dialect: Dialect): Interval {
  if (a.isBottom || b.isBottom) return Interval.BOTTOM;
  const constant = b.constant;
  if (constant !== undefined) {
    const divisor = signExtend(constant, 64);
    if (divisor === 0) return Interval.ZERO;
    if (divisor === 1) return a;
    const first = divide(a.lower, divisor);
    const last = divide(a.upper, divisor);
    return divisor > 0 || dialect.negativeDivisorUnknown ? Interval.of(first, last) : Interval.of(last, first);
  }
  if (b.contains(0)) return around(b, (part) => signedQuotient(a, part, dialect)).join(Interval.ZERO);
  if (a.contains(0)) return around(a, (part) => signedQuotient(part, b, dialect)).join(Interval.ZERO);
  return corners(dialect.signedDivisionShiftsNegatives ? shifted(a, b) : a, b, divide);
}

/** Unsigned division; a zero divisor gives 0. Finite intervals only. */
export function unsignedQuotient(a: Interval, b: Interval): Interval {
  if (a.isBottom || b.isBottom) return Interval.BOTTOM;
  const constant = b.constant;
  if (constant !== undefined) {
    const divisor = zeroExtend(constant, 64);
    if (divisor === 0) return Interval.ZERO;
    return divisor === 1 ? a : Interval.of(divideUnsigned(a.lower, divisor), divideUnsigned(a.upper, divisor));
  }
  if (b.contains(0)) return around(b, (part) => unsignedQuotient(a, part)).join(Interval.ZERO);
  if (a.contains(0)) return around(a, (part) => unsignedQuotient(part, b)).join(Interval.ZERO);
  return corners(shifted(a, b), b, divideUnsigned);
}

function divideUnsigned(a: Integer, b: Integer): Integer {
  return divide(zeroExtend(a, 64), zeroExtend(b, 64));
}

/** Signed remainder, with the sign of the dividend; a zero divisor leaves the dividend. */
export function signedRemainder(a: Interval, b: Interval): Interval {
  if (a.isBottom || b.isBottom) return Interval.BOTTOM;
  const dividend = a.constant;
  const divisor = b.constant;
  if (dividend !== undefined && divisor !== undefined) {
    return divisor === 0 ? a : Interval.constant(remainder(dividend, divisor));
  }
  if (b.contains(0)) return around(b, (part) => signedRemainder(a, part)).join(a);
  if (!b.isFinite) return a.join(Interval.ZERO);
  const ends = [magnitude(b.lower), magnitude(b.upper)] as const;
  const smallest = smaller(ends[0], ends[1]);
  if (a.upper < smallest && negate(a.lower) < smallest) return a;
  const largest = subtract(larger(ends[0], ends[1]), 1);
  if (a.lower >= 0) return Interval.of(0, largest);
  return Interval.of(negate(largest), a.upper > 0 ? largest : 0);
}

/** Unsigned remainder; a zero divisor leaves the dividend. */
export function unsignedRemainder(a: Interval, b: Interval): Interval {
  if (a.isBottom || b.isBottom) return Interval.BOTTOM;
  const dividend = a.constant;
  const divisor = b.constant;
  if (dividend !== undefined && divisor !== undefined) {
    return divisor === 0 ? a : Interval.constant(remainder(zeroExtend(dividend, 64), zeroExtend(divisor, 64)));
  }
  if (b.contains(0)) return around(b, (part) => unsignedRemainder(a, part)).join(a);
  if (a.contains(0)) return around(a, (part) => unsignedRemainder(part, b)).join(a);
  if (!b.isFinite) return a.upper < 0 ? Interval.TOP : a.minus(Interval.constant(1)).join(Interval.ZERO);
  if (isBounded(a.upper) && zeroExtend(a.upper, 64) < zeroExtend(b.lower, 64)) return a;
  return Interval.of(0, add(zeroExtend(b.upper, 64), -1));
}
