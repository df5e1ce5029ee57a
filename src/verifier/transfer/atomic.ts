import type { Work } from "../../turns/index.ts";
import type { State } from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import {
  ATOMIC_SCRATCH,
  type Atomic,
  type AtomicOperation,
  type BinaryOperation,
  RETURN_VALUE,
  registerOperand,
  T_STACK,
  TYPE_GROUPS,
} from "../ir/index.ts";
import { binary } from "./binary.ts";
import { load } from "./load.ts";
import { store } from "./store.ts";

const OPERATIONS: Readonly<Record<AtomicOperation, BinaryOperation>> = {
  add: "add",
  or: "or",
  and: "and",
  xor: "xor",
  xchg: "mov",
  cmpxchg: "mov",
};

/** Atomic operations as a load, an operation and a store; only the stack's contents are followed. */
export function* atomic(state: State, instruction: Atomic, environment: Environment): Work<void> {
  const { access, operation, fetch, value } = instruction;
  const group = environment.dialect.onlyRegionsDereferenceable
    ? TYPE_GROUPS.region_pointer
    : TYPE_GROUPS.dereferenceable;
  if (!state.isInGroup(access.base, group) || !state.isNumber(value)) return;
  const isExchange = operation === "cmpxchg";
  if (!state.mayHaveType(access.base, T_STACK)) {
    if (isExchange) state.havocNumbers(RETURN_VALUE);
    else if (fetch) state.havocNumbers(value);
    return;
  }
  yield* load(state, access, ATOMIC_SCRATCH, false, environment);
  yield* binary(
    state,
    {
      kind: "binary",
      operation: OPERATIONS[operation],
      dst: ATOMIC_SCRATCH,
      operand: registerOperand(value),
      is64: access.width === 8,
      wide: false,
    },
    environment,
  );
  if (isExchange) {
    yield* load(state, access, RETURN_VALUE, false, environment);
    // Whether the exchange happened is not known: the new value may be the old one.
    state.havocNumbers(ATOMIC_SCRATCH);
  } else if (fetch) {
    yield* load(state, access, value, false, environment);
  }
  yield* store(state, access, registerOperand(ATOMIC_SCRATCH), environment);
  state.havocRegister(ATOMIC_SCRATCH);
}
