import type { BinaryOperation, ComparisonOperation, UnaryOperation } from "../ir/index.ts";

/** What computes one number from others. */
export type Operation = Exclude<BinaryOperation, "mov"> | UnaryOperation;

const signed = (value: bigint, width: number): bigint => BigInt.asIntN(width, value);

function swapped(value: bigint, width: number): bigint {
  let result = 0n;
  for (let bit = 0; bit < width; bit += 8) result = (result << 8n) | ((value >> BigInt(bit)) & 0xffn);
  return result;
}

/** Quotient and rest round to zero; by zero the quotient is 0 and the rest the dividend (RFC 9669, section 4.1). */
const BINARY: Readonly<
  Record<Exclude<BinaryOperation, "mov">, (left: bigint, right: bigint, width: number) => bigint>
> = {
  add: (left, right) => left + right,
  sub: (left, right) => left - right,
  mul: (left, right) => left * right,
  udiv: (left, right) => (right === 0n ? 0n : left / right),
  umod: (left, right) => (right === 0n ? left : left % right),
  sdiv: (left, right, width) => (right === 0n ? 0n : signed(left, width) / signed(right, width)),
  smod: (left, right, width) => (right === 0n ? left : signed(left, width) % signed(right, width)),
  or: (left, right) => left | right,
  and: (left, right) => left & right,
  xor: (left, right) => left ^ right,
  lsh: (left, right, width) => left << (right & BigInt(width - 1)),
  rsh: (left, right, width) => left >> (right & BigInt(width - 1)),
  arsh: (left, right, width) => signed(left, width) >> (right & BigInt(width - 1)),
  movsx8: (_, right) => signed(right, 8),
  movsx16: (_, right) => signed(right, 16),
  movsx32: (_, right) => signed(right, 32),
};

/** Byte orders are those of a little-endian machine. */
const UNARY: Readonly<Record<UnaryOperation, (value: bigint) => bigint>> = {
  neg: (value) => -value,
  be16: (value) => swapped(value, 16),
  be32: (value) => swapped(value, 32),
  be64: (value) => swapped(value, 64),
  swap16: (value) => swapped(value, 16),
  swap32: (value) => swapped(value, 32),
  swap64: (value) => swapped(value, 64),
  le16: (value) => BigInt.asUintN(16, value),
  le32: (value) => BigInt.asUintN(32, value),
  le64: (value) => value,
};

const isUnary = (operation: Operation): operation is UnaryOperation => Object.hasOwn(UNARY, operation);

/** What an instruction computes, as 64 bits without sign; 32-bit operations clear the high half. Unary ones take `left`. */
export function compute(operation: Operation, left: bigint, right: bigint, is64: boolean): bigint {
  const width = is64 ? 64 : 32;
  const [a, b] = [BigInt.asUintN(width, left), BigInt.asUintN(width, right)];
  // Swaps of bytes have a width of their own.
  if (isUnary(operation))
    return BigInt.asUintN(operation === "neg" ? width : 64, UNARY[operation](operation === "neg" ? a : left));
  return BigInt.asUintN(width, BINARY[operation](a, b, width));
}

const COMPARISONS: Readonly<Record<ComparisonOperation, (left: bigint, right: bigint, width: number) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  set: (left, right) => (left & right) !== 0n,
  nset: (left, right) => (left & right) === 0n,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
  slt: (left, right, width) => signed(left, width) < signed(right, width),
  sle: (left, right, width) => signed(left, width) <= signed(right, width),
  sgt: (left, right, width) => signed(left, width) > signed(right, width),
  sge: (left, right, width) => signed(left, width) >= signed(right, width),
};

/** Whether a condition holds; of 32-bit ones only the low halves count. */
export function holds(operation: ComparisonOperation, left: bigint, right: bigint, is64: boolean): boolean {
  const width = is64 ? 64 : 32;
  return COMPARISONS[operation](BigInt.asUintN(width, left), BigInt.asUintN(width, right), width);
}
