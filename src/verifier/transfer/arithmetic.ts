import type { Dialect } from "../dialect.ts";
import {
  difference,
  equal,
  type Integer,
  Interval,
  intersection,
  Linear,
  leftShift,
  masked,
  negate,
  product,
  signExtend,
  signedQuotient,
  signedRemainder,
  union,
  unsignedQuotient,
  unsignedRemainder,
  type Variable,
  type Views,
  type Zone,
  zeroExtend,
} from "../domain/index.ts";
import { assignSigned, assignUnsigned, followSigned, followUnsigned, readAs, type Width } from "./finite-width.ts";

/** A second operand: a constant, or both views of a register. */
export type Factor = Integer | Views;

function isConstant(factor: Factor): factor is Integer {
  return typeof factor !== "object";
}

function signedPart(zone: Zone, factor: Factor, width: Width): Interval {
  return isConstant(factor) ? Interval.constant(factor) : readAs(zone, factor.signed, width);
}

/** target := base + sign × factor, without wrapping, with the relations that follow. */
function sum(zone: Zone, target: Variable, base: Variable, factor: Integer | Linear, sign: 1 | -1): void {
  if (typeof factor !== "object") zone.assignSum(target, base, sign === 1 ? factor : negate(factor));
  else
    zone.assign(
      target,
      sign === 1 ? Linear.variable(base).minus(factor.negated()) : Linear.variable(base).minus(factor),
    );
}

/** Adds without wrapping: offsets and sizes. */
export function addConstant(zone: Zone, variable: Variable, constant: Integer): void {
  zone.assignSum(variable, variable, constant);
}

/** target := base + sign × other, without wrapping. */
export function assignSumOf(zone: Zone, target: Variable, base: Variable, other: Variable, sign: 1 | -1 = 1): void {
  sum(zone, target, base, Linear.variable(other), sign);
}

/** The signed view := base + sign × factor; the unsigned one follows. */
export function addSigned(zone: Zone, views: Views, base: Variable, factor: Factor, sign: 1 | -1, width: Width): void {
  sum(zone, views.signed, base, isConstant(factor) ? factor : Linear.variable(factor.signed), sign);
  followSigned(zone, views, width);
}

/** As `addSigned` on the register itself, starting from whichever view is known. */
export function addToNumber(zone: Zone, views: Views, factor: Factor, sign: 1 | -1, width: Width): void {
  addSigned(zone, views, zone.interval(views.signed).isTop ? views.unsigned : views.signed, factor, sign, width);
}

/** The unsigned view := itself + sign × factor; the signed one follows. */
export function addUnsigned(zone: Zone, views: Views, factor: Factor, sign: 1 | -1, width: Width): void {
  sum(zone, views.unsigned, views.unsigned, isConstant(factor) ? factor : Linear.variable(factor.unsigned), sign);
  followUnsigned(zone, views, width);
}

export function multiplyBy(zone: Zone, views: Views, factor: Factor, width: Width): void {
  assignSigned(zone, views, product(readAs(zone, views.signed, width), signedPart(zone, factor, width)), width);
}

/** A constant divisor: 64-bit unsigned operations read it as a 32-bit signed integer, like RFC 9669 section 4.1 says. */
function unsignedDivisor(zone: Zone, factor: Factor, width: Width): Interval {
  if (!isConstant(factor)) return readAs(zone, factor.unsigned, width);
  return Interval.constant(width === 32 ? zeroExtend(factor, 32) : signExtend(factor, 32));
}

function signedDivisor(zone: Zone, factor: Factor, width: Width): Interval {
  if (!isConstant(factor)) return readAs(zone, factor.signed, width);
  return Interval.constant(signExtend(factor, width === 32 ? 32 : 64));
}

export function divideUnsigned(zone: Zone, views: Views, factor: Factor, width: Width): void {
  assignUnsigned(
    zone,
    views,
    unsignedQuotient(readAs(zone, views.unsigned, width), unsignedDivisor(zone, factor, width)),
    width,
  );
}

export function moduloUnsigned(zone: Zone, views: Views, factor: Factor, width: Width): void {
  const divisor = unsignedDivisor(zone, factor, width);
  assignUnsigned(zone, views, unsignedRemainder(readAs(zone, views.unsigned, width), divisor), width);
}

export function divideSigned(zone: Zone, views: Views, factor: Factor, width: Width, dialect: Dialect): void {
  const divisor = signedDivisor(zone, factor, width);
  const quotient = signedQuotient(readAs(zone, views.signed, width), divisor, dialect);
  assignSigned(zone, views, quotient, width);
}

export function moduloSigned(zone: Zone, views: Views, factor: Factor, width: Width): void {
  assignSigned(
    zone,
    views,
    signedRemainder(readAs(zone, views.signed, width), signedDivisor(zone, factor, width)),
    width,
  );
}

type BitOperation = (a: Interval, b: Interval) => Interval;

function combineBits(zone: Zone, views: Views, factor: Factor, width: Width, operation: BitOperation): void {
  const other = isConstant(factor) ? Interval.constant(zeroExtend(factor, 64)) : zone.interval(factor.unsigned);
  assignUnsigned(zone, views, masked(operation(zone.interval(views.unsigned), other), width), width);
}

/** Constants act on all 64 bits, whatever the operation's width. */
function bitWidth(factor: Factor, width: Width): Width {
  return isConstant(factor) ? 64 : width;
}

export function bitwiseOr(zone: Zone, views: Views, factor: Factor, width: Width): void {
  combineBits(zone, views, factor, bitWidth(factor, width), union);
}

export function bitwiseXor(zone: Zone, views: Views, factor: Factor, width: Width): void {
  combineBits(zone, views, factor, bitWidth(factor, width), difference);
}

export function bitwiseAnd(zone: Zone, views: Views, factor: Factor, width: Width): void {
  if (isConstant(factor) && keepsAll(zone, views, factor)) return;
  combineBits(zone, views, factor, bitWidth(factor, width), intersection);
}

/** Whether a mask 2^n - 1 certainly changes nothing; leaving the register alone keeps its relations. */
function keepsAll(zone: Zone, views: Views, mask: Integer): boolean {
  if (mask <= 0 || (BigInt(mask) & (BigInt(mask) + 1n)) !== 0n) return false;
  const range = Interval.of(0, mask);
  const signed = zone.interval(views.signed);
  const unsigned = zone.interval(views.unsigned);
  if (!signed.isWithin(range) || !unsigned.isWithin(range) || !signed.equals(unsigned)) return false;
  return zone.entails(equal(views.signed, views.unsigned));
}

/** Shifts left by an unknown count, or a known one where the value is unknown. */
export function shiftLeftBy(zone: Zone, views: Views, factor: Factor): void {
  const count = isConstant(factor) ? Interval.constant(zeroExtend(factor, 64)) : zone.interval(factor.unsigned);
  assignUnsigned(zone, views, leftShift(zone.interval(views.unsigned), intersection(count, Interval.constant(63))), 64);
}
