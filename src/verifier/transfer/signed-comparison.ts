import type { Dialect } from "../dialect.ts";
import {
  ALWAYS,
  add,
  atMost,
  below,
  type Constraint,
  canonical,
  equal,
  INT32_MAX,
  INT64_MAX,
  INT64_MIN,
  type Integer,
  type Interval,
  Linear,
  NEVER,
  negativeRange,
  nonNegativeRange,
  signedRange,
  type Views,
  type Zone,
  zeroExtend,
} from "../domain/index.ts";
import { type Split, signedSplit } from "./comparison-intervals.ts";

/** A comparison under refinement: `left` is a register, `right` both views of a register or constant. */
export interface Comparison {
  readonly zone: Zone;
  readonly left: Views;
  readonly rightSigned: Linear;
  readonly rightUnsigned: Linear;
  readonly is64: boolean;
  readonly dialect: Dialect;
}

const ZERO = Linear.constant(0);

/** left < right, or left <= right */
export function ordered(left: Linear, right: Linear, strict: boolean): Constraint {
  return strict ? below(left, right) : atMost(left, right);
}

function signedRight({ zone, rightSigned }: Comparison): Interval {
  return zone.evaluate(rightSigned);
}

/** What left == right says. */
export function signedEqual(comparison: Comparison): Constraint[] {
  const { zone, left, rightSigned, rightUnsigned, is64 } = comparison;
  const split = signedSplit(zone, left, signedRight(comparison), is64);
  if (!is64) return narrowEqual(zone, left, split.right);
  const constraints = [equal(left.signed, rightSigned), equal(left.unsigned, rightUnsigned)];
  if (split.right.isWithin(nonNegativeRange(64)) && split.right.constant === undefined) {
    constraints.push(equal(left.signed, left.unsigned));
  }
  return constraints;
}

const STEP = 2n ** 32n;

/** The 64-bit numbers nearest to the ends of the left interval whose low half is the constant on the right. */
function narrowEqual(zone: Zone, left: Views, right: Interval): Constraint[] {
  const value = right.constant;
  const interval = zone.interval(left.signed);
  if (value === undefined || !interval.isFinite) return [];
  const low = BigInt.asUintN(32, BigInt(value));
  const begin = BigInt.asIntN(64, BigInt(interval.lower));
  const end = BigInt.asIntN(64, BigInt(interval.upper));
  let first = begin - BigInt.asUintN(32, begin) + low;
  if (first < begin) first += STEP;
  let last = end - BigInt.asUintN(32, end) + low;
  if (last > end) last -= STEP;
  if (first > INT64_MAX || last < INT64_MIN) return [];
  const constraints = within(left.signed, canonical(first), canonical(last));
  const lower = zeroExtend(canonical(first), 64);
  const upper = zeroExtend(canonical(last), 64);
  return lower <= upper ? [...constraints, ...within(left.unsigned, lower, upper)] : constraints;
}

function within(variable: number, lower: Integer, upper: Integer): Constraint[] {
  return [atMost(Linear.constant(lower), variable), atMost(variable, Linear.constant(upper))];
}

/** What a signed order says: `less` for < and <=, otherwise > and >=. */
export function signedOrder(comparison: Comparison, less: boolean, strict: boolean): Constraint[] {
  const { zone, left, is64 } = comparison;
  const split = signedSplit(zone, left, signedRight(comparison), is64);
  const [smaller, larger] = less ? [split.left, split.right] : [split.right, split.left];
  if (strict ? smaller.lower >= larger.upper : smaller.lower > larger.upper) return [NEVER];
  if (strict ? smaller.upper < larger.lower : smaller.upper <= larger.lower) return [ALWAYS];
  const relations = relate(comparison, less, strict);
  if (is64) return less ? wideLess(split, comparison, relations) : wideGreater(split, comparison, relations);
  return less ? narrowLess(split, comparison, relations) : narrowGreater(split, comparison, relations);
}

/** The comparison itself, said of either view. */
interface Relations {
  readonly signed: Constraint;
  readonly unsigned: Constraint;
}

export function relate({ left, rightSigned, rightUnsigned }: Comparison, less: boolean, strict: boolean): Relations {
  const signed = Linear.variable(left.signed);
  const unsigned = Linear.variable(left.unsigned);
  return {
    signed: less ? ordered(signed, rightSigned, strict) : ordered(rightSigned, signed, strict),
    unsigned: less ? ordered(unsigned, rightUnsigned, strict) : ordered(rightUnsigned, unsigned, strict),
  };
}

function wideLess({ low, high, right }: Split, { left }: Comparison, { signed, unsigned }: Relations): Constraint[] {
  const nonNegative = nonNegativeRange(64);
  const agree =
    right.isWithin(negativeRange(64)) || (high.join(low).isWithin(nonNegative) && right.isWithin(nonNegative));
  return agree ? [signed, atMost(ZERO, left.unsigned), unsigned] : [signed];
}

function wideGreater({ low, high, right }: Split, { left }: Comparison, relations: Relations): Constraint[] {
  if (right.isWithin(nonNegativeRange(64))) return bothNonNegative(left, relations, low.signExtend(64).upper);
  const negative = negativeRange(64);
  if (high.join(low).isWithin(negative) && right.isWithin(negative)) {
    return [below(Linear.constant(INT64_MAX), left.unsigned), relations.unsigned, relations.signed];
  }
  return [relations.signed];
}

/** Both views are one number in [0, upper]. */
function bothNonNegative(left: Views, { signed, unsigned }: Relations, upper: Integer): Constraint[] {
  return [
    atMost(ZERO, left.signed),
    signed,
    atMost(left.signed, left.unsigned),
    atMost(left.unsigned, left.signed),
    atMost(ZERO, left.unsigned),
    unsigned,
    atMost(left.unsigned, Linear.constant(upper)),
  ];
}

/**
 * Narrow comparisons constrain the 64-bit views, so these have to be known to be the numbers that are compared. 0.2.4 looked at
 * the truncated operands only (D4).
 */
function operandsIn({ right, low, high }: Split, comparison: Comparison, a: Interval, b: Interval): boolean {
  const { zone, dialect } = comparison;
  if (!dialect.narrowComparisonsUnchecked) {
    return zone.interval(comparison.left.signed).isWithin(a) && signedRight(comparison).isWithin(b);
  }
  return (a === signedRange(32) || high.join(low).isWithin(a)) && right.isWithin(b);
}

function narrowLess(split: Split, comparison: Comparison, relations: Relations): Constraint[] {
  const { left } = comparison;
  if (operandsIn(split, comparison, signedRange(32), negativeRange(32))) {
    return [below(Linear.constant(INT32_MAX), left.unsigned), relations.unsigned, relations.signed];
  }
  if (operandsIn(split, comparison, nonNegativeRange(32), nonNegativeRange(32))) {
    return bothNonNegative(left, relations, split.low.signExtend(32).upper);
  }
  return fitting(comparison, relations);
}

function narrowGreater(split: Split, comparison: Comparison, relations: Relations): Constraint[] {
  const { left } = comparison;
  if (operandsIn(split, comparison, signedRange(32), nonNegativeRange(32))) {
    return bothNonNegative(left, relations, split.low.signExtend(32).upper);
  }
  if (operandsIn(split, comparison, negativeRange(32), negativeRange(32))) {
    return [atMost(Linear.constant(add(INT32_MAX, 1)), left.unsigned), relations.unsigned, relations.signed];
  }
  return fitting(comparison, relations);
}

function fitting(comparison: Comparison, { signed }: Relations): Constraint[] {
  const range = signedRange(32);
  const fits =
    comparison.zone.interval(comparison.left.signed).isWithin(range) && signedRight(comparison).isWithin(range);
  return fits ? [signed] : [];
}
