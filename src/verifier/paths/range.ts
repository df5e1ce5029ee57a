/** 64-bit numbers without sign: those from `min` to `max` that have the bits of `value` where `known` has ones. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
  readonly known: bigint;
  readonly value: bigint;
}

export const MAX64 = (1n << 64n) - 1n;

/** All bits below and at the highest one of a number. */
export function filled(value: bigint): bigint {
  return value === 0n ? 0n : (1n << BigInt(value.toString(2).length)) - 1n;
}

/** What both bounds and bits say, each made as narrow as the other allows; undefined where no number is left. */
export function rangeOf(min: bigint, max: bigint, known = 0n, value = 0n): Range | undefined {
  const least = value & known;
  const most = least | (MAX64 & ~known);
  const [low, high] = [min > least ? min : least, max < most ? max : most];
  if (low > high) return undefined;
  // Bits above the highest one in which the bounds differ are those of both.
  const common = MAX64 & ~filled(low ^ high);
  if (((least ^ low) & known & common) !== 0n) return undefined;
  return { min: low, max: high, known: known | common, value: least | (low & common) };
}

/** The same for bounds that are known to hold a number. */
export function between(min: bigint, max: bigint, known = 0n, value = 0n): Range {
  return rangeOf(min, max, known, value) ?? { min, max, known: 0n, value: 0n };
}

export const ANY: Range = between(0n, MAX64);

export const only = (value: bigint): Range => between(value, value);

export function constantOf({ min, max }: Range): bigint | undefined {
  return min === max ? min : undefined;
}

/** Undefined where the two have no number in common. */
export function meet(left: Range, right: Range): Range | undefined {
  if (((left.value ^ right.value) & left.known & right.known) !== 0n) return undefined;
  const min = left.min > right.min ? left.min : right.min;
  const max = left.max < right.max ? left.max : right.max;
  return rangeOf(min, max, left.known | right.known, left.value | right.value);
}

export const sameRange = (left: Range, right: Range): boolean =>
  left.min === right.min && left.max === right.max && left.known === right.known && left.value === right.value;
