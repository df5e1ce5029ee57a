import {
  highRange,
  INT64_MIN,
  Interval,
  isBounded,
  negativeRange,
  nonNegativeRange,
  signExtend,
  type Views,
  type Zone,
} from "../domain/index.ts";

/** The operands of a comparison as it sees them, and the left one split at the sign. */
export interface Split {
  readonly left: Interval;
  readonly right: Interval;
  /** The part of the left operand whose sign bit is 0. */
  readonly low: Interval;
  /** The part whose sign bit is 1, as negative numbers for signed comparisons. */
  readonly high: Interval;
}

/** Both operands read as signed; narrow comparisons of numbers that fit anyway are treated like wide ones. */
export function signedSplit(zone: Zone, views: Views, rightInterval: Interval, is64: boolean): Split {
  let left = zone.interval(views.signed);
  let right = rightInterval;
  let width = 64;
  if (!is64 && !bothWithin(left, right, nonNegativeRange(32)) && !bothWithin(left, right, negativeRange(32))) {
    left = left.signExtend(32);
    right = right.signExtend(32);
    width = 32;
  }
  let low = nonNegativeRange(width);
  let high = negativeRange(width);
  if (!left.isTop) {
    low = left.meet(low);
    high = left.meet(high);
  } else {
    left = zone.interval(views.unsigned);
    if (!left.isTop) {
      low = left.meet(low);
      high = Interval.of(INT64_MIN, isBounded(left.upper) ? signExtend(left.upper, 64) : -1);
    }
  }
  return { left: left.signExtend(64), right: right.signExtend(64), low, high };
}

/** Both operands read as unsigned. */
export function unsignedSplit(zone: Zone, views: Views, rightInterval: Interval, is64: boolean): Split {
  let left = zone.interval(views.unsigned);
  let right = rightInterval;
  let width = 64;
  if (!is64 && !bothWithin(left, right, nonNegativeRange(32)) && !bothWithin(left, right, highRange(32))) {
    left = left.zeroExtend(32);
    right = right.zeroExtend(32);
    width = 32;
  }
  let low = nonNegativeRange(width);
  let high = highRange(width);
  if (!left.isTop) {
    low = left.meet(low);
    high = left.meet(high);
  } else {
    left = zone.interval(views.signed);
    if (!left.isTop) {
      low = Interval.of(0, left.upper).zeroExtend(64);
      high = Interval.of(left.lower, -1).zeroExtend(64);
    }
  }
  return { left: left.zeroExtend(64), right: right.zeroExtend(64), low, high };
}

function bothWithin(a: Interval, b: Interval, range: Interval): boolean {
  return a.isWithin(range) && b.isWithin(range);
}
