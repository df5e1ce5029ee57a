import {
  bitAnd,
  bitOr,
  bitXor,
  fillOnes,
  isBounded,
  larger,
  shiftLeft,
  smaller,
  UINT32_MAX,
  UINT64_MAX,
} from "./integer.ts";
import { Interval } from "./interval.ts";
import { product } from "./interval-arithmetic.ts";

/** An unsigned view that carries a negative lower bound for the moment, as the 64-bit values it stands for. */
function unsigned(a: Interval): Interval {
  return !a.isTop && a.lower < 0 ? a.zeroExtend(64) : a;
}

const MASKS: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  [UINT64_MAX, 64],
  [UINT32_MAX, 32],
  [0xffff, 16],
  [0xff, 8],
]);

export function intersection(first: Interval, second: Interval): Interval {
  if (first.isBottom || second.isBottom) return Interval.BOTTOM;
  const a = unsigned(first);
  const b = unsigned(second);
  if (a.equals(Interval.ZERO) || b.equals(Interval.ZERO)) return Interval.ZERO;
  const mask = b.constant;
  if (mask !== undefined) {
    const value = a.constant;
    if (value !== undefined) return Interval.constant(bitAnd(value, mask));
    const width = MASKS.get(mask);
    if (width !== undefined) return a.zeroExtend(width);
  }
  if (b.contains(UINT64_MAX)) return Interval.of(0, a.zeroExtend(64).upper);
  if (!a.isTop && !b.isTop) return Interval.of(0, smaller(a.upper, b.upper));
  if (!b.isTop) return Interval.of(0, b.upper);
  return a.isTop ? Interval.TOP : Interval.of(0, a.upper);
}

export function union(a: Interval, b: Interval): Interval {
  if (a.isBottom || b.isBottom) return Interval.BOTTOM;
  const x = a.constant;
  const y = b.constant;
  if (x !== undefined && y !== undefined) return Interval.constant(bitOr(x, y));
  if (a.lower < 0 || b.lower < 0) return Interval.TOP;
  const upper = larger(a.upper, b.upper);
  return Interval.of(0, isBounded(upper) ? fillOnes(upper) : Infinity);
}

export function difference(a: Interval, b: Interval): Interval {
  const x = a.constant;
  const y = b.constant;
  return x !== undefined && y !== undefined ? Interval.constant(bitXor(x, y)) : union(a, b);
}

/** Shift by a constant, as a multiplication; unknown for other counts and for those beyond 128. */
export function leftShift(a: Interval, count: Interval): Interval {
  if (a.isBottom || count.isBottom) return Interval.BOTTOM;
  const constant = count.constant;
  if (constant === undefined || constant < 0 || constant > 128) return Interval.TOP;
  return product(a, Interval.constant(shiftLeft(1, Number(constant))));
}

/** The low `width` bits, if `width` is below 64. */
export function masked(a: Interval, width: number): Interval {
  return width > 0 && width < 64 ? intersection(a, Interval.constant(2 ** width - 1)) : a;
}
