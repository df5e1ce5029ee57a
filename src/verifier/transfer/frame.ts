import {
  Interval,
  KIND_COUNT,
  KINDS_OF_TYPE,
  type Location,
  STACK_OFFSET,
  type State,
  UVALUE,
} from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import { STACK_POINTER } from "../ir/index.ts";
import { scratchArguments } from "./call.ts";
import { addImmediate } from "./pointer-arithmetic.ts";

const CALLEE_SAVED = [6, 7, 8, 9] as const;

/** A function of the program is entered: r6 to r9 are put aside, the stack pointer moves down by a frame. */
export function enterFrame(state: State, frame: string, environment: Environment): void {
  const saved = state.space.savedRegisters(frame);
  CALLEE_SAVED.forEach((register, i) => {
    const target = saved[i];
    if (target !== undefined && state.isInitialized(register)) saveRegister(state, register, target, environment);
  });
  addImmediate(state, STACK_POINTER, -environment.options.subprogramStackSize, 64);
}

function saveRegister(state: State, register: number, target: Location, { dialect }: Environment): void {
  const source = state.location(register);
  if (!dialect.staleKindsSurvive) state.forgetTypedKinds(target);
  state.types.copyType(target, source);
  for (const type of state.possibleTypes(register)) {
    for (const kind of KINDS_OF_TYPE[type] ?? []) state.values.assignCopy(target.variable(kind), source.variable(kind));
    state.values.assignCopy(target.variable(UVALUE), source.variable(UVALUE));
  }
}

/** The function returns: its part of the stack is forgotten, r6 to r9 and the stack pointer are as before the call. */
export function leaveFrame(state: State, frame: string, environment: Environment): void {
  if (frame === "") return;
  havocFrame(state, environment);
  const saved = state.space.savedRegisters(frame);
  for (const register of CALLEE_SAVED) state.havocRegister(register);
  CALLEE_SAVED.forEach((register, i) => {
    const source = saved[i];
    if (source !== undefined) restoreRegister(state, source, state.location(register));
  });
  addImmediate(state, STACK_POINTER, environment.options.subprogramStackSize, 64);
  scratchArguments(state);
}

function restoreRegister(state: State, source: Location, target: Location): void {
  state.types.rename(source, target);
  for (let kind = 0; kind < KIND_COUNT; kind++) {
    const from = source.known(kind);
    if (from >= 0) state.values.renameVariable(from, target.variable(kind));
  }
}

function havocFrame(state: State, environment: Environment): void {
  const top = state.intervalOf(STACK_POINTER, STACK_OFFSET).constant;
  if (top === undefined) return;
  const size = environment.options.subprogramStackSize;
  const start = Interval.constant(Number(top) - size);
  const width = Interval.constant(size);
  const { stack, types, values } = state;
  stack.havocType(types, start, width, environment);
  for (let kind = 0; kind < KIND_COUNT; kind++) stack.havoc(values, kind, start, width, environment);
}
