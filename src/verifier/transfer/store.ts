import type { Work } from "../../turns/index.ts";
import {
  ALLOC_MEM_SIZE,
  atMost,
  Interval,
  KINDS_OF_TYPE,
  type Kind,
  Linear,
  STACK_NUMERIC_SIZE,
  STACK_OFFSET,
  type State,
  SVALUE,
  signExtend,
  UVALUE,
  zeroExtend,
} from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import { type Access, type Operand, type Register, STACK_POINTER, T_NUMBER, T_STACK, T_UNINIT } from "../ir/index.ts";
import { wrap } from "./finite-width.ts";
import { recomputeNumericSize } from "./pointer-arithmetic.ts";

/** Every kind but the two views of the value. */
const POINTER_KINDS: readonly Kind[] = Array.from({ length: ALLOC_MEM_SIZE + 1 }, (_, kind) => kind).slice(UVALUE + 1);

/** What is stored: both views of it, and the register it comes from. */
interface Stored {
  readonly signed: Linear;
  readonly unsigned: Linear;
  /** Undefined for constants. */
  readonly register: Register | undefined;
}

/** *(base + offset) := operand; only the stack's contents are followed. */
export function* store(state: State, access: Access, operand: Operand, environment: Environment): Work<void> {
  const stored = storedValue(state, operand);
  const offset = state.location(access.base).variable(STACK_OFFSET);
  if (access.base === STACK_POINTER) {
    const base = state.zone.interval(offset).constant;
    if (base !== undefined) {
      const address = Linear.constant(signExtend(base, 32)).plus(access.offset);
      storeStack(state, address, access.width, stored, environment);
      return;
    }
  }
  yield* state.forEachType(access.base, (branch, type) => {
    if (type !== T_STACK) return;
    storeStack(branch, Linear.variable(offset).plus(access.offset), access.width, stored, environment);
  });
}

function storedValue(state: State, operand: Operand): Stored {
  if (operand.kind === "register") {
    const { views } = state.location(operand.register);
    const signed = Linear.variable(views.signed);
    return { signed, unsigned: Linear.variable(views.unsigned), register: operand.register };
  }
  const unsigned = Linear.constant(zeroExtend(operand.value, 64));
  return { signed: Linear.constant(operand.value), unsigned, register: undefined };
}

function storeStack(state: State, target: Linear, width: number, stored: Stored, environment: Environment): void {
  if (state.isBottom()) return;
  const address = state.zone.evaluate(target);
  const size = Interval.constant(width);
  const { stack, types, values } = state;
  const { register } = stored;
  const havoc = (kind: Kind): void => stack.havoc(values, kind, address, size, environment);
  stack.havocType(types, address, size, environment);
  for (const kind of POINTER_KINDS) havoc(kind);
  let isNumber = false;
  if (register !== undefined && !state.isInitialized(register)) {
    havoc(SVALUE);
    havoc(UVALUE);
  } else {
    isNumber = register === undefined || state.isNumber(register);
    const cell = stack.storeType(types, address, size, isNumber, environment);
    if (cell !== undefined) {
      if (isNumber || register === undefined) types.assign(cell, T_NUMBER);
      else types.copyType(cell, state.location(register));
    }
    if (width === 8) storeWide(state, address, stored, isNumber, environment);
    else if (isNumber) storeNarrow(state, address, width, stored, environment);
    else {
      havoc(SVALUE);
      havoc(UVALUE);
    }
  }
  updateNumericSizes(state, target, width, isNumber);
}

function storeWide(
  state: State,
  address: Interval,
  { signed, unsigned, register }: Stored,
  isNumber: boolean,
  environment: Environment,
): void {
  const { stack, values } = state;
  const size = Interval.constant(8);
  const put = (kind: Kind, value: Linear): void => {
    const variable = stack.store(values, kind, address, size, environment);
    if (variable !== undefined) values.assign(variable, value);
  };
  stack.havoc(values, SVALUE, address, size, environment);
  stack.havoc(values, UVALUE, address, size, environment);
  put(SVALUE, signed);
  put(UVALUE, unsigned);
  if (isNumber || register === undefined) return;
  for (const type of state.possibleTypes(register)) {
    for (const kind of KINDS_OF_TYPE[type] ?? []) put(kind, Linear.variable(state.variable(register, kind)));
  }
}

/** Numbers of less than 8 bytes are followed too: they may be array indexes. */
function storeNarrow(state: State, address: Interval, width: number, stored: Stored, environment: Environment): void {
  const { stack, values } = state;
  const size = Interval.constant(width);
  for (const kind of [SVALUE, UVALUE]) {
    const variable = stack.store(values, kind, address, size, environment);
    if (variable === undefined) {
      stack.havoc(values, kind, address, size, environment);
      continue;
    }
    values.assign(variable, kind === SVALUE ? stored.signed : stored.unsigned);
    wrap(values, variable, 8 * width, kind === SVALUE);
  }
}

/** For pointers whose run of numeric bytes the store may have changed. */
function updateNumericSizes(state: State, target: Linear, width: number, isNumber: boolean): void {
  for (const location of state.locationsWithType(T_STACK)) {
    if ((state.typesAt(location) & (1 << T_UNINIT)) !== 0) continue;
    const offset = location.variable(STACK_OFFSET);
    const size = location.variable(STACK_NUMERIC_SIZE);
    const end = Linear.variable(offset).plusVariable(size);
    if (!state.zone.intersects(atMost(target, end)) || !state.zone.intersects(atMost(offset, target.plus(width))))
      continue;
    if (!isNumber) state.values.havoc(size);
    recomputeNumericSize(state, location);
  }
}
