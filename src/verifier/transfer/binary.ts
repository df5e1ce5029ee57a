import type { Work } from "../../turns/index.ts";
import {
  AnalysisAborted,
  atMost,
  type Integer,
  Interval,
  isInt32,
  Linear,
  type Location,
  negate,
  type State,
  signExtend,
  UINT32_MAX,
  zeroExtend,
} from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import type { Binary, BinaryOperation, Register } from "../ir/index.ts";
import { T_NUMBER } from "../ir/index.ts";
import {
  bitwiseAnd,
  bitwiseOr,
  bitwiseXor,
  divideSigned,
  divideUnsigned,
  type Factor,
  moduloSigned,
  moduloUnsigned,
  multiplyBy,
  shiftLeftBy,
} from "./arithmetic.ts";
import { fitsSigned, havocBoth, signExtendTo, type Width, wrap } from "./finite-width.ts";
import { addImmediate, addRegister, subtractRegister } from "./pointer-arithmetic.ts";
import { shiftNumberLeft, shiftNumberRight, shiftNumberRightSigned } from "./shifts.ts";

/** Operations on numbers that forget what the register pointed to. */
type NumberOperation = (
  state: State,
  location: Location,
  factor: Factor,
  width: 32 | 64,
  environment: Environment,
) => void;

const NUMBER_OPERATIONS: Readonly<Partial<Record<BinaryOperation, NumberOperation>>> = {
  mul: (state, { views }, factor, width) => multiplyBy(state.values, views, factor, width),
  udiv: (state, { views }, factor, width) => divideUnsigned(state.values, views, factor, width),
  umod: (state, { views }, factor, width) => moduloUnsigned(state.values, views, factor, width),
  sdiv: (state, { views }, factor, width, { dialect }) => divideSigned(state.values, views, factor, width, dialect),
  smod: (state, { views }, factor, width) => moduloSigned(state.values, views, factor, width),
  or: (state, { views }, factor, width) => bitwiseOr(state.values, views, factor, width),
  xor: (state, { views }, factor, width) => bitwiseXor(state.values, views, factor, width),
  and: (state, { views }, factor, width) => bitwiseAnd(state.values, views, factor, width),
};

const SIGN_EXTENSIONS: Readonly<Partial<Record<BinaryOperation, number>>> = { movsx8: 8, movsx16: 16, movsx32: 32 };

/** dst op= operand */
export function* binary(state: State, instruction: Binary, environment: Environment): Work<void> {
  const { dst, operand, operation } = instruction;
  const isMove = operation === "mov" || SIGN_EXTENSIONS[operation] !== undefined;
  if (!isMove && !state.isInitialized(dst)) {
    state.havocRegister(dst);
    return;
  }
  const finished =
    operand.kind === "immediate"
      ? withImmediate(state, instruction, operand.value, environment)
      : yield* withRegister(state, instruction, operand.register, environment);
  if (!finished && !instruction.is64) narrow(state, dst);
}

/** A 32-bit result: numbers are zero-extended, half a pointer is of no use to anybody. */
function narrow(state: State, register: Register): void {
  if (state.isNumber(register)) bitwiseAnd(state.values, state.location(register).views, UINT32_MAX, 64);
  else state.havocRegister(register);
}

/** True if nothing is left to do, not even narrowing. */
function withImmediate(state: State, instruction: Binary, value: Integer, environment: Environment): boolean {
  const { dst, operation, is64 } = instruction;
  const width = is64 ? 64 : 32;
  const constant = is64 ? value : signExtend(value, 32);
  const location = state.location(dst);
  if (!is64) narrow(state, dst);
  switch (operation) {
    case "mov":
      moveConstant(state, dst, constant, width);
      return false;
    case "add":
    case "sub":
      if (constant === 0) return true;
      addImmediate(state, dst, summand(operation, constant), width);
      return false;
    case "lsh":
    case "rsh":
    case "arsh":
      shift(state, dst, operation, Interval.constant(constant), width, environment);
      return false;
    default:
      NUMBER_OPERATIONS[operation]?.(state, location, constant, width, environment);
      if (operation === "and" && constant > 0) limitToMask(state, location, constant);
      state.havocOffsets(dst);
      return false;
  }
}

/** A difference as a sum; the summand has to be a 32-bit number again. */
function summand(operation: "add" | "sub", constant: Integer): Integer {
  const value = operation === "add" ? constant : negate(constant);
  if (!isInt32(value)) throw new AnalysisAborted("narrowing_error");
  return value;
}

function moveConstant(state: State, dst: Register, constant: Integer, width: Width): void {
  const { views } = state.location(dst);
  state.values.assignConstant(views.signed, constant);
  state.values.assignConstant(views.unsigned, constant);
  wrap(state.values, views.unsigned, width, false);
  state.assignType(dst, T_NUMBER);
  state.havocOffsets(dst);
}

function limitToMask(state: State, { views }: Location, mask: Integer): void {
  const limit = Linear.constant(mask);
  const zero = Linear.constant(0);
  state.values.addAll([
    atMost(views.signed, limit),
    atMost(views.unsigned, limit),
    atMost(zero, views.signed),
    atMost(zero, views.unsigned),
  ]);
}

function* withRegister(state: State, instruction: Binary, src: Register, environment: Environment): Work<boolean> {
  const { dst, operation, is64 } = instruction;
  const width = is64 ? 64 : 32;
  if (!state.isInitialized(src)) {
    state.havocRegister(dst);
    return true;
  }
  const location = state.location(dst);
  switch (operation) {
    case "mov":
      if (!is64 && !state.isNumber(src)) state.havocRegister(dst);
      else state.assignRegister(dst, src, environment);
      return false;
    case "add":
      yield* addRegister(state, dst, src, width);
      return false;
    case "sub":
      yield* subtractRegister(state, dst, src, width);
      return false;
    case "lsh":
    case "rsh":
    case "arsh":
      shiftByRegister(state, instruction, src, operation, environment);
      return false;
    case "movsx8":
    case "movsx16":
    case "movsx32":
      return extend(state, instruction, src, SIGN_EXTENSIONS[operation] ?? 0, environment);
    default:
      NUMBER_OPERATIONS[operation]?.(state, location, state.location(src).views, width, environment);
      state.havocOffsets(dst);
      return false;
  }
}

function extend(state: State, { dst, is64 }: Binary, src: Register, bits: number, { dialect }: Environment): boolean {
  const { views } = state.location(dst);
  const mayStay = is64 || dialect.narrowSignExtensionSkipped;
  if (mayStay && dst === src && fitsSigned(state.zone, views.signed, bits)) return true;
  if (!state.isNumber(src)) {
    state.havocRegister(dst);
    return false;
  }
  state.havocOffsets(dst);
  state.assignType(dst, T_NUMBER);
  signExtendTo(state.values, views, state.location(src).views.signed, is64 ? 64 : 32, bits);
  return false;
}

type Shift = "lsh" | "rsh" | "arsh";

/** Counts are taken modulo the width (RFC 9669 section 4.1); `counts` is constant unless the shift is arithmetic. */
function shift(
  state: State,
  dst: Register,
  operation: Shift,
  counts: Interval,
  width: 32 | 64,
  { dialect }: Environment,
): void {
  state.havocOffsets(dst);
  const { views } = state.location(dst);
  if (!state.isNumber(dst)) {
    havocBoth(state.values, views);
    return;
  }
  if (operation === "arsh") {
    shiftNumberRightSigned(state.values, views, counts, width);
    return;
  }
  const count = Number(zeroExtend(counts.constant ?? 0, 8)) & (width - 1);
  if (operation === "lsh") shiftNumberLeft(state.values, views, count, width, dialect);
  else shiftNumberRight(state.values, views, count, width);
}

function shiftByRegister(
  state: State,
  instruction: Binary,
  src: Register,
  operation: Shift,
  environment: Environment,
): void {
  const { dst, is64 } = instruction;
  const source = state.location(src).views;
  const { views } = state.location(dst);
  const isNumber = state.isNumber(src);
  const width = is64 ? 64 : 32;
  if (operation === "arsh") {
    if (isNumber) shift(state, dst, operation, state.zone.interval(source.signed), width, environment);
    else state.havocNumbers(dst);
    return;
  }
  const counts = state.zone.interval(source.unsigned);
  if (isNumber && counts.constant !== undefined) {
    if (!is64) bitwiseAnd(state.values, views, UINT32_MAX, 64);
    shift(state, dst, operation, counts, width, environment);
  } else if (operation === "rsh") {
    state.havocNumbers(dst);
  } else {
    shiftLeftBy(state.values, views, source);
    state.havocOffsets(dst);
  }
}
