import type { Work } from "../../turns/index.ts";
import {
  below,
  type Integer,
  KINDS_OF_TYPE,
  Linear,
  type Location,
  negate,
  SHARED_REGION_SIZE,
  STACK_NUMERIC_SIZE,
  STACK_OFFSET,
  type State,
  SVALUE,
} from "../domain/index.ts";
import { type Register, T_NUMBER, T_SHARED, T_STACK } from "../ir/index.ts";
import { addConstant, addSigned, addToNumber, addUnsigned, assignSumOf } from "./arithmetic.ts";
import type { Width } from "./finite-width.ts";

const ZERO = Linear.constant(0);

/** Where nothing is known of how many numeric bytes a stack pointer points to, the stack may tell. */
export function recomputeNumericSize(state: State, location: Location): void {
  if ((state.typesAt(location) & (1 << T_STACK)) === 0 || state.isBottom()) return;
  const run = state.bytes.numericRun(state.zone.interval(location.variable(STACK_OFFSET)));
  if (run > 0) state.values.assignConstant(location.variable(STACK_NUMERIC_SIZE), run);
}

/** register += constant; the constant is not 0. */
export function addImmediate(state: State, register: Register, constant: Integer, width: Width): void {
  const location = state.location(register);
  const zone = state.values;
  if (state.mayHaveType(register, T_NUMBER)) {
    addToNumber(zone, location.views, constant, 1, width);
    if (!state.isNumber(register)) state.havocOffsets(register);
  } else {
    const kind = state.offsetKind(register);
    if (kind === undefined) state.havocOffsets(register);
    else addConstant(zone, location.variable(kind), constant);
    addUnsigned(zone, location.views, constant, 1, width);
  }
  if (!state.mayHaveType(register, T_STACK)) return;
  const size = location.variable(STACK_NUMERIC_SIZE);
  if (constant > 0) addConstant(zone, size, negate(constant));
  else zone.havoc(size);
  recomputeNumericSize(state, location);
}

/** dst += src */
export function* addRegister(state: State, dst: Register, src: Register, width: Width): Work<void> {
  if (state.haveSameType(dst, src)) {
    addToNumber(state.values, state.location(dst).views, state.location(src).views, 1, width);
    return;
  }
  yield* state.forEachType(dst, (byTarget, target) =>
    byTarget.forEachType(src, (branch, source) => {
      addTyped(branch, dst, src, target, source, width);
    }),
  );
}

function addTyped(state: State, dst: Register, src: Register, target: number, source: number, width: Width): void {
  const to = state.location(dst);
  const from = state.location(src);
  if (target === T_NUMBER && source === T_NUMBER) {
    addSigned(state.values, to.views, to.views.signed, from.views, 1, width);
  } else if (target === T_NUMBER) {
    state.assignType(dst, source);
    const kind = KINDS_OF_TYPE[source]?.[0];
    if (kind !== undefined) assignSumOf(state.values, to.variable(kind), to.views.signed, from.variable(kind));
    addUnsigned(state.values, to.views, from.views, 1, width);
    if (source === T_SHARED) {
      state.values.assignCopy(to.variable(SHARED_REGION_SIZE), from.variable(SHARED_REGION_SIZE));
    }
  } else if (source === T_NUMBER) {
    state.assignType(dst, target);
    const kind = KINDS_OF_TYPE[target]?.[0];
    if (kind !== undefined) {
      assignSumOf(state.values, to.variable(kind), to.variable(kind), from.views.signed);
      if (target === T_STACK) reduceNumericSize(state, to, from);
    }
    addUnsigned(state.values, to.views, from.views, 1, width);
  } else {
    state.setBottom();
  }
}

/** A stack pointer moves up: fewer numeric bytes lie ahead. */
function reduceNumericSize(state: State, to: Location, from: Location): void {
  const size = to.variable(STACK_NUMERIC_SIZE);
  const step = from.variable(SVALUE);
  if (state.zone.intersects(below(step, ZERO))) {
    state.values.havoc(size);
    recomputeNumericSize(state, to);
  } else {
    assignSumOf(state.values, size, size, step, -1);
  }
}

/** dst -= src */
export function* subtractRegister(state: State, dst: Register, src: Register, width: Width): Work<void> {
  const to = state.location(dst);
  const from = state.location(src);
  if (state.haveSameType(dst, src)) {
    yield* state.forEachType(dst, (branch, type) => {
      const kind = type === T_NUMBER ? undefined : KINDS_OF_TYPE[type]?.[0];
      if (type === T_NUMBER) {
        addSigned(branch.values, to.views, to.views.signed, from.views, -1, width);
      } else if (kind !== undefined) {
        const offset = { signed: from.variable(kind), unsigned: from.variable(kind) };
        addSigned(branch.values, to.views, to.variable(kind), offset, -1, width);
        branch.values.havoc(to.variable(kind));
      }
      branch.assignType(dst, T_NUMBER);
      branch.havocOffsets(dst);
    });
    return;
  }
  if (!state.isNumber(src)) {
    state.havocRegister(dst);
    return;
  }
  subtractNumber(state, dst, src, width);
}

function subtractNumber(state: State, dst: Register, src: Register, width: Width): void {
  const to = state.location(dst);
  const from = state.location(src);
  const zone = state.values;
  if (state.mayHaveType(dst, T_NUMBER)) {
    addToNumber(zone, to.views, from.views, -1, width);
    if (!state.isNumber(dst)) state.havocOffsets(dst);
  } else {
    const kind = state.offsetKind(dst);
    if (kind === undefined) state.havocOffsets(dst);
    else assignSumOf(zone, to.variable(kind), to.variable(kind), from.views.signed, -1);
    addUnsigned(zone, to.views, from.views, -1, width);
  }
  if (!state.mayHaveType(dst, T_STACK)) return;
  const size = to.variable(STACK_NUMERIC_SIZE);
  if (zone.intersects(below(ZERO, from.views.signed))) {
    zone.havoc(size);
    recomputeNumericSize(state, to);
  } else {
    assignSumOf(zone, size, size, from.views.signed);
  }
}
