import type { Dialect } from "../dialect.ts";
import type { Integer } from "../domain/index.ts";
import {
  ALWAYS,
  atMost,
  below,
  type Constraint,
  equal,
  INT64_MIN,
  type Interval,
  Linear,
  NEVER,
  nonNegativeRange,
  UINT64_MAX,
  unequal,
  type Views,
  type Zone,
  zeroExtend,
} from "../domain/index.ts";
import type { ComparisonOperation, Condition } from "../ir/index.ts";
import { type Comparison, signedEqual, signedOrder } from "./signed-comparison.ts";
import { unsignedOrder, unsignedUnequal } from "./unsigned-comparison.ts";

/** What a number that compares with a constant is known to be. */
export function comparedWithConstant(
  zone: Zone,
  { operation, is64 }: Condition,
  left: Views,
  value: Integer,
  dialect: Dialect,
): Constraint[] {
  if (operation === "set" || operation === "nset") {
    return bitTest(operation, is64, zone.interval(left.unsigned).constant, value);
  }
  const rightSigned = Linear.constant(value);
  const rightUnsigned = Linear.constant(zeroExtend(value, 64));
  return general(operation, { zone, left, rightSigned, rightUnsigned, is64, dialect });
}

/** What two numbers that compare are known to be. */
export function comparedWithRegister(
  zone: Zone,
  { operation, is64 }: Condition,
  left: Views,
  right: Views,
  dialect: Dialect,
): Constraint[] {
  if (operation === "set" || operation === "nset") {
    const mask = zone.interval(right.unsigned).constant;
    return mask === undefined ? [] : bitTest(operation, is64, zone.interval(left.unsigned).constant, mask);
  }
  if (is64) {
    const wide = wideSigned(operation, zone.interval(right.signed), left, right);
    if (wide !== undefined) return wide;
  }
  const rightSigned = Linear.variable(right.signed);
  const rightUnsigned = Linear.variable(right.unsigned);
  return general(operation, { zone, left, rightSigned, rightUnsigned, is64, dialect });
}

/** Wide signed comparisons of registers are said of the signed views as they are. */
function wideSigned(operation: ComparisonOperation, right: Interval, a: Views, b: Views): Constraint[] | undefined {
  switch (operation) {
    case "eq": {
      const constraints = [equal(a.signed, b.signed), equal(a.unsigned, b.unsigned)];
      const agree = right.constant === undefined && right.isWithin(nonNegativeRange(64));
      return agree ? [...constraints, equal(a.signed, a.unsigned)] : constraints;
    }
    case "ne":
      return [unequal(a.signed, b.signed)];
    case "sge":
      return [atMost(b.signed, a.signed)];
    case "sle":
      return [atMost(a.signed, b.signed)];
    case "sgt":
      return [below(b.signed, a.signed)];
    case "slt":
      return [below(a.signed, b.signed)];
    default:
      return undefined;
  }
}

function general(operation: ComparisonOperation, comparison: Comparison): Constraint[] {
  switch (operation) {
    case "eq":
      return signedEqual(comparison);
    case "slt":
      return signedOrder(comparison, true, true);
    case "sle":
      return signedOrder(comparison, true, false);
    case "sgt":
      return signedOrder(comparison, false, true);
    case "sge":
      return signedOrder(comparison, false, false);
    case "ne":
      return unsignedUnequal(comparison);
    case "lt":
      return unsignedOrder(comparison, true, true);
    case "le":
      return unsignedOrder(comparison, true, false);
    case "gt":
      return unsignedOrder(comparison, false, true);
    case "ge":
      return unsignedOrder(comparison, false, false);
    default:
      return [];
  }
}

/** Decided only for constants. */
function bitTest(operation: "set" | "nset", is64: boolean, value: Integer | undefined, mask: Integer): Constraint[] {
  if (value === undefined || value < INT64_MIN || value > UINT64_MAX) return [];
  const common = BigInt(zeroExtend(value, 64)) & BigInt(zeroExtend(mask, is64 ? 64 : 32));
  return [(common !== 0n) === (operation === "set") ? ALWAYS : NEVER];
}
