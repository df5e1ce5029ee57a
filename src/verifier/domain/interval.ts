import {
  add,
  INT64_MAX,
  INT64_MIN,
  type Integer,
  integerText,
  isBounded,
  larger,
  negate,
  signExtend,
  smaller,
  subtract,
  UINT64_MAX,
  zeroExtend,
} from "./integer.ts";

/** A set of integers between two bounds, both included. Immutable; the empty interval has one form, `BOTTOM`. */
export class Interval {
  readonly lower: Integer;
  readonly upper: Integer;

  private constructor(lower: Integer, upper: Integer) {
    this.lower = lower;
    this.upper = upper;
  }

  static readonly TOP = new Interval(-Infinity, Infinity);
  static readonly BOTTOM = new Interval(0, -1);
  static readonly ZERO = new Interval(0, 0);

  /** The integers from `lower` to `upper`; bottom if there are none. */
  static of(lower: Integer, upper: Integer): Interval {
    return lower > upper ? Interval.BOTTOM : new Interval(lower, upper);
  }

  static constant(value: Integer): Interval {
    return new Interval(value, value);
  }

  get isBottom(): boolean {
    return this.lower > this.upper;
  }

  get isTop(): boolean {
    return !isBounded(this.lower) && !isBounded(this.upper);
  }

  get isFinite(): boolean {
    return isBounded(this.lower) && isBounded(this.upper);
  }

  /** The only member, if there is exactly one. */
  get constant(): Integer | undefined {
    return this.lower === this.upper ? this.lower : undefined;
  }

  /** Number of members; infinity if there is no end. */
  get size(): Integer {
    return this.isBottom ? 0 : add(subtract(this.upper, this.lower), 1);
  }

  equals(other: Interval): boolean {
    return this.lower === other.lower && this.upper === other.upper;
  }

  isWithin(other: Interval): boolean {
    if (this.isBottom) return true;
    return !other.isBottom && other.lower <= this.lower && this.upper <= other.upper;
  }

  contains(value: Integer): boolean {
    return this.lower <= value && value <= this.upper;
  }

  join(other: Interval): Interval {
    if (this.isBottom) return other;
    if (other.isBottom) return this;
    return new Interval(smaller(this.lower, other.lower), larger(this.upper, other.upper));
  }

  meet(other: Interval): Interval {
    if (this.isBottom || other.isBottom) return Interval.BOTTOM;
    return Interval.of(larger(this.lower, other.lower), smaller(this.upper, other.upper));
  }

  plus(other: Interval): Interval {
    if (this.isBottom || other.isBottom) return Interval.BOTTOM;
    return new Interval(add(this.lower, other.lower), add(this.upper, other.upper));
  }

  /** Every member, `constant` larger. */
  shifted(constant: Integer): Interval {
    return this.isBottom ? this : new Interval(add(this.lower, constant), add(this.upper, constant));
  }

  minus(other: Interval): Interval {
    return this.plus(other.negated());
  }

  negated(): Interval {
    return this.isBottom ? this : new Interval(negate(this.upper), negate(this.lower));
  }

  /** What the low `width` bits of the members are when read as two's complement; the full range if they wrap (or are none). */
  signExtend(width: number): Interval {
    const range = signedRange(width);
    if (this.isBottom) return range;
    if (this.isWithin(range)) return this;
    if (this.size < range.size) {
      const extended = Interval.of(signExtend(this.lower, width), signExtend(this.upper, width));
      if (!extended.isBottom) return extended;
    }
    return range;
  }

  /** What the low `width` bits of the members are when read as unsigned; the full range if they wrap (or are none). */
  zeroExtend(width: number): Interval {
    const range = unsignedRange(width);
    if (this.isBottom) return range;
    if (this.isWithin(range)) return this;
    if (this.size < range.size) {
      const extended = Interval.of(zeroExtend(this.lower, width), zeroExtend(this.upper, width));
      if (!extended.isBottom) return extended;
    }
    return range;
  }

  toString(): string {
    return this.isBottom ? "_|_" : `[${integerText(this.lower)}, ${integerText(this.upper)}]`;
  }
}

interface Ranges {
  readonly signed: Interval;
  readonly unsigned: Interval;
  readonly nonNegative: Interval;
  readonly negative: Interval;
  readonly high: Interval;
}

function rangesOf(width: number): Ranges {
  const min = width === 64 ? INT64_MIN : -(2 ** (width - 1));
  const max = width === 64 ? INT64_MAX : 2 ** (width - 1) - 1;
  const unsignedMax = width === 64 ? UINT64_MAX : 2 ** width - 1;
  return {
    signed: Interval.of(min, max),
    unsigned: Interval.of(0, unsignedMax),
    nonNegative: Interval.of(0, max),
    negative: Interval.of(min, -1),
    high: Interval.of(add(max, 1), unsignedMax),
  };
}

const RANGES_8 = rangesOf(8);
const RANGES_16 = rangesOf(16);
const RANGES_32 = rangesOf(32);
const RANGES_64 = rangesOf(64);

function ranges(width: number): Ranges {
  if (width === 64) return RANGES_64;
  if (width === 32) return RANGES_32;
  return width === 16 ? RANGES_16 : RANGES_8;
}

/** [-2^(width-1), 2^(width-1) - 1]; `width` is 8, 16, 32 or 64, here and below. */
export function signedRange(width: number): Interval {
  return ranges(width).signed;
}

/** [0, 2^width - 1] */
export function unsignedRange(width: number): Interval {
  return ranges(width).unsigned;
}

/** [0, 2^(width-1) - 1]: both views agree. */
export function nonNegativeRange(width: number): Interval {
  return ranges(width).nonNegative;
}

/** [-2^(width-1), -1] */
export function negativeRange(width: number): Interval {
  return ranges(width).negative;
}

/** [2^(width-1), 2^width - 1]: what negative numbers look like unsigned. */
export function highRange(width: number): Interval {
  return ranges(width).high;
}
