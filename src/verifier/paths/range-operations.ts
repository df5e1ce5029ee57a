import { compute, type Operation } from "./concrete.ts";
import { ANY, between, constantOf, filled, only, type Range } from "./range.ts";

/** Results of an operation of `width` bits on numbers that fit into them; 2^width is `end`. */
type Rule = (left: Range, right: Range, end: bigint) => Range;

const whole = (end: bigint): Range => between(0n, end - 1n);

/** Bounds that may lie beyond 2^width or below 0; all of them by the same distance, or nothing is known. */
function wrapped(min: bigint, max: bigint, end: bigint): Range {
  const rounds = min >= 0n ? min / end : (min - end + 1n) / end;
  const offset = rounds * end;
  return max - offset < end ? between(min - offset, max - offset) : whole(end);
}

/** Low bits that both numbers know: of sums, differences and products as many are known. */
function lowBits(left: Range, right: Range, result: Range, operation: "add" | "sub" | "mul"): Range {
  const both = left.known & right.known;
  let mask = 0n;
  while (mask < both && (both & (mask + 1n)) !== 0n) mask = (mask << 1n) | 1n;
  const value = compute(operation, left.value & mask, right.value & mask, true) & mask;
  return between(result.min, result.max, result.known | mask, (result.value & ~mask) | value);
}

const shiftOf = (range: Range, end: bigint): readonly [bigint, bigint] => {
  const most = end > 1n << 32n ? 63n : 31n;
  return range.max <= most ? [range.min, range.max] : [0n, most];
};

const rsh: Rule = (left, right, end) => {
  const [least, most] = shiftOf(right, end);
  if (least !== most) return between(left.min >> most, left.max >> least);
  const high = (end - 1n) & ~((end - 1n) >> least);
  return between(left.min >> least, left.max >> least, (left.known >> least) | high, left.value >> least);
};

const udiv: Rule = (left, right) =>
  right.min === 0n ? between(0n, left.max) : between(left.min / right.max, left.max / right.min);

const umod: Rule = (left, right) => {
  if (right.min === 0n) return between(0n, left.max);
  if (left.max < right.min) return left;
  return between(0n, left.max < right.max ? left.max : right.max - 1n);
};

const isPositive = (range: Range, end: bigint): boolean => range.max < end >> 1n;

/** As for numbers without sign where neither can be negative. */
const signed =
  (rule: Rule): Rule =>
  (left, right, end) =>
    isPositive(left, end) && isPositive(right, end) ? rule(left, right, end) : whole(end);

const signExtension =
  (width: bigint): Rule =>
  (_, right, end) =>
    right.max < 1n << (width - 1n) ? right : whole(end);

const RULES: Readonly<Partial<Record<Operation, Rule>>> = {
  add: (left, right, end) => lowBits(left, right, wrapped(left.min + right.min, left.max + right.max, end), "add"),
  sub: (left, right, end) => lowBits(left, right, wrapped(left.min - right.max, left.max - right.min, end), "sub"),
  mul: (left, right, end) =>
    lowBits(
      left,
      right,
      left.max * right.max < end ? between(left.min * right.min, left.max * right.max) : whole(end),
      "mul",
    ),
  udiv,
  umod,
  sdiv: signed(udiv),
  smod: signed(umod),
  and: (left, right) => {
    const zeros = (left.known & ~left.value) | (right.known & ~right.value);
    const ones = left.known & left.value & right.known & right.value;
    return between(0n, left.max < right.max ? left.max : right.max, zeros | ones, ones);
  },
  or: (left, right) => {
    const ones = left.value | right.value;
    const known = (left.known & right.known) | ones;
    return between(left.min > right.min ? left.min : right.min, filled(left.max | right.max), known, ones);
  },
  xor: (left, right) => {
    const known = left.known & right.known;
    return between(0n, filled(left.max | right.max), known, (left.value ^ right.value) & known);
  },
  lsh: (left, right, end) => {
    const [least, most] = shiftOf(right, end);
    if (left.max << most >= end) return least === most ? between(0n, end - 1n, (1n << least) - 1n, 0n) : whole(end);
    return between(left.min << least, left.max << most);
  },
  rsh,
  arsh: (left, right, end) => (isPositive(left, end) ? rsh(left, right, end) : whole(end)),
  movsx8: signExtension(8n),
  movsx16: signExtension(16n),
  movsx32: signExtension(32n),
  neg: (left, _, end) => wrapped(-left.max, -left.min, end),
  be16: () => between(0n, 0xffffn),
  le16: () => between(0n, 0xffffn),
  swap16: () => between(0n, 0xffffn),
  be32: () => between(0n, 0xffff_ffffn),
  le32: () => between(0n, 0xffff_ffffn),
  swap32: () => between(0n, 0xffff_ffffn),
};

const LOW: bigint = 0xffff_ffffn;

/** The low halves of numbers. */
export function lowHalf(range: Range): Range {
  if (range.max <= LOW) return range;
  const [known, value] = [range.known & LOW, range.value & LOW];
  return range.min >> 32n === range.max >> 32n
    ? between(range.min & LOW, range.max & LOW, known | (~LOW & ((1n << 64n) - 1n)), value)
    : between(0n, LOW, known | (~LOW & ((1n << 64n) - 1n)), value);
}

/** Numbers among which the result of an operation certainly is. */
export function applied(operation: Operation, left: Range, right: Range, is64: boolean): Range {
  const [a, b] = [constantOf(left), constantOf(right)];
  if (a !== undefined && b !== undefined) return only(compute(operation, a, b, is64));
  const rule = RULES[operation];
  if (rule === undefined) return ANY;
  if (is64) return rule(left, right, 1n << 64n);
  return rule(lowHalf(left), lowHalf(right), 1n << 32n);
}
