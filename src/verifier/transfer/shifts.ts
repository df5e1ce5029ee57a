import type { Dialect } from "../dialect.ts";
import {
  AnalysisAborted,
  INT64_MAX,
  INT64_MIN,
  type Integer,
  Interval,
  shiftLeft,
  shiftRight,
  signExtend,
  UINT64_MAX,
  unsignedRange,
  type Views,
  type Zone,
  zeroExtend,
} from "../domain/index.ts";

import { shiftLeftBy } from "./arithmetic.ts";
import { signedSplit } from "./comparison-intervals.ts";
import { assignSigned, assignUnsigned, followUnsigned, havocBoth } from "./finite-width.ts";

/** `<<=` by a constant count below the width. */
export function shiftNumberLeft(zone: Zone, views: Views, count: number, width: 32 | 64, dialect: Dialect): void {
  if (zone.isBottom) return;
  const interval = zone.interval(views.unsigned);
  if (!interval.isFinite) {
    shiftLeftBy(zone, views, count);
    return;
  }
  if (!interval.isWithin(unsignedRange(64))) throw new AnalysisAborted("a number does not fit into 64 bits");
  const max = unsignedRange(width).upper;
  const lost = width - count;
  const differ =
    lost === 64
      ? dialect.shiftByZeroUnknown && interval.lower !== interval.upper
      : shiftRight(interval.lower, lost) !== shiftRight(interval.upper, lost);
  const shifted = (value: Integer): Integer => zeroExtend(shiftLeft(zeroExtend(value, 64), count), width);
  zone.set(
    views.unsigned,
    differ ? Interval.of(0, shifted(max)) : Interval.of(shifted(interval.lower), shifted(interval.upper)),
  );
  followUnsigned(zone, views, width);
}

/** `>>=`, logical, by a constant count below the width. */
export function shiftNumberRight(zone: Zone, views: Views, count: number, width: 32 | 64): void {
  if (zone.isBottom) return;
  const interval = zone.interval(views.unsigned);
  const shifted = (value: Integer): Integer => shiftRight(zeroExtend(value, width), count);
  const result = interval.isFinite
    ? Interval.of(shifted(interval.lower), shifted(interval.upper))
    : Interval.of(0, shiftRight(UINT64_MAX, count));
  assignUnsigned(zone, views, result, width);
}

/** `s>>=`, arithmetic, by an interval of counts. */
export function shiftNumberRightSigned(zone: Zone, views: Views, counts: Interval, width: 32 | 64): void {
  if (zone.isBottom) return;
  const { left, right } = signedSplit(zone, views, counts, width === 64);
  const constant = right.constant;
  if (constant === undefined) {
    havocBoth(zone, views);
    return;
  }
  const count = Number(zeroExtend(constant, 8)) & (width - 1);
  let result = Interval.of(shiftRight(INT64_MIN, count), shiftRight(INT64_MAX, count));
  if (left.isFinite) {
    const lower = shiftRight(signExtend(left.lower, width), count);
    const upper = shiftRight(signExtend(left.upper, width), count);
    if (width === 64) result = Interval.of(lower, upper);
    else if (zeroExtend(lower, 32) <= zeroExtend(upper, 32)) {
      result = Interval.of(zeroExtend(lower, 32), zeroExtend(upper, 32));
    }
  }
  assignSigned(zone, views, result, width);
}
