import {
  atMost,
  below,
  type Constraint,
  equal,
  highRange,
  Interval,
  isBounded,
  Linear,
  NEVER,
  negativeRange,
  nonNegativeRange,
  signedRange,
  UINT64_MAX,
  unsignedRange,
} from "../domain/index.ts";
import { type Split, unsignedSplit } from "./comparison-intervals.ts";
import { type Comparison, relate } from "./signed-comparison.ts";

const ZERO = Linear.constant(0);

type Relations = ReturnType<typeof relate>;

function unsignedRight({ zone, rightUnsigned }: Comparison): Interval {
  return zone.evaluate(rightUnsigned);
}

/** What left != right says: only that an end of the left interval is not reached. */
export function unsignedUnequal(comparison: Comparison): Constraint[] {
  const split = unsignedSplit(comparison.zone, comparison.left, unsignedRight(comparison), comparison.is64);
  const { left } = split;
  const excluded = split.right.constant;
  if (excluded === undefined) return [];
  if (excluded === left.zeroExtend(comparison.is64 ? 64 : 32).lower) {
    return refine({ ...split, right: Interval.constant(left.lower) }, comparison, false, true);
  }
  if (excluded !== left.upper) return [];
  return refine({ ...split, right: Interval.constant(left.upper) }, comparison, true, true);
}

/** What an unsigned order says: `less` for < and <=, otherwise > and >=. */
export function unsignedOrder(comparison: Comparison, less: boolean, strict: boolean): Constraint[] {
  const split = unsignedSplit(comparison.zone, comparison.left, unsignedRight(comparison), comparison.is64);
  return refine(split, comparison, less, strict);
}

function refine(split: Split, comparison: Comparison, less: boolean, strict: boolean): Constraint[] {
  const [smaller, larger] = less ? [split.left, split.right] : [split.right, split.left];
  if (strict ? smaller.lower >= larger.upper : smaller.lower > larger.upper) return [NEVER];
  const { is64 } = comparison;
  const relations = relate(comparison, less, strict);
  if (strict ? smaller.upper < larger.lower : smaller.upper <= larger.lower) {
    return is64 ? [relations.unsigned] : [];
  }
  if (is64) {
    return less ? wideLess(split, comparison, relations, strict) : wideGreater(split, comparison, relations, strict);
  }
  return less ? narrowLess(comparison, relations) : narrowGreater(split, comparison, relations);
}

function wideLess(split: Split, comparison: Comparison, relations: Relations, strict: boolean): Constraint[] {
  const { left, zone } = comparison;
  const { low, high, right } = split;
  const nonNegative = atMost(ZERO, left.unsigned);
  const highest = zone.interval(left.signed).upper;
  const limits = isBounded(highest) ? [atMost(left.unsigned, Linear.constant(highest))] : [];
  const lowBegin = low.zeroExtend(64).lower;
  if (right.isWithin(nonNegativeRange(64)) && (strict ? lowBegin >= right.upper : lowBegin > right.upper)) {
    return [nonNegative, relations.unsigned, ...limits, atMost(ZERO, left.signed)];
  }
  const highBegin = high.zeroExtend(64).lower;
  if (right.isWithin(highRange(64)) && (strict ? highBegin >= right.upper : highBegin > right.upper)) {
    const limit = Linear.constant(right.upper);
    const bound = strict ? below(left.unsigned, limit) : atMost(left.unsigned, limit);
    return [nonNegative, bound, ...limits, atMost(ZERO, left.signed)];
  }
  if (right.isWithin(signedRange(64))) {
    const lowEnd = low.zeroExtend(64).upper;
    const cut = atMost(left.unsigned, Linear.constant(lowEnd));
    return [nonNegative, relations.unsigned, cut, atMost(ZERO, left.signed), relations.signed];
  }
  if (low.isBottom && right.isWithin(highRange(64))) return [nonNegative, relations.unsigned, relations.signed];
  return low.join(high).equals(unsignedRange(64)) ? [relations.unsigned] : [nonNegative, relations.unsigned];
}

function wideGreater(split: Split, comparison: Comparison, relations: Relations, strict: boolean): Constraint[] {
  const { left } = comparison;
  const { low, high, right } = split;
  const lowEnd = low.zeroExtend(64).upper;
  if (right.isWithin(nonNegativeRange(64)) && (strict ? lowEnd <= right.lower : lowEnd < right.lower)) {
    const begin = high.zeroExtend(64).lower;
    const limit = Linear.constant(begin);
    const bound = begin === UINT64_MAX ? equal(left.unsigned, limit) : atMost(limit, left.unsigned);
    return [relations.unsigned, bound, below(left.signed, ZERO)];
  }
  const nonNegative = nonNegativeRange(64);
  const agree = right.isWithin(highRange(64)) || (low.join(high).isWithin(nonNegative) && right.isWithin(nonNegative));
  const constraints = [atMost(ZERO, left.unsigned), relations.unsigned];
  return agree ? [...constraints, relations.signed] : constraints;
}

function narrowLess(comparison: Comparison, relations: Relations): Constraint[] {
  const { zone, left, rightSigned } = comparison;
  const signed = zone.interval(left.signed);
  const unsigned = zone.interval(left.unsigned);
  const right = unsignedRight(comparison);
  const constraints = [atMost(ZERO, left.unsigned), relations.unsigned];
  const agree =
    (unsigned.isWithin(nonNegativeRange(32)) && right.isWithin(nonNegativeRange(32))) ||
    (signed.isWithin(negativeRange(32)) && zone.evaluate(rightSigned).isWithin(negativeRange(32)));
  if (agree) return [...constraints, relations.signed];
  return unsigned.isWithin(unsignedRange(32)) && right.isWithin(unsignedRange(32)) ? constraints : [];
}

/** D4: 0.2.4 looks at the truncated right operand only. */
function narrowGreater(split: Split, comparison: Comparison, relations: Relations): Constraint[] {
  const { zone, left, rightSigned, dialect } = comparison;
  const constraints = [atMost(ZERO, left.unsigned), relations.unsigned];
  const agree = dialect.narrowComparisonsUnchecked
    ? split.right.isWithin(highRange(32))
    : zone.interval(left.signed).isWithin(signedRange(32)) && zone.evaluate(rightSigned).isWithin(negativeRange(32));
  if (agree) return [...constraints, relations.signed];
  const range = unsignedRange(32);
  return zone.interval(left.unsigned).isWithin(range) && unsignedRight(comparison).isWithin(range) ? constraints : [];
}
