import type { Work } from "../../turns/index.ts";
import {
  ALLOC_MEM_OFFSET,
  ALLOC_MEM_SIZE,
  Interval,
  initializePacket,
  isInt32,
  KIND_COUNT,
  KINDS_OF_TYPE,
  SHARED_OFFSET,
  SHARED_REGION_SIZE,
  SOCKET_OFFSET,
  STACK_NUMERIC_SIZE,
  STACK_OFFSET,
  type State,
  SVALUE,
  UVALUE,
} from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import {
  type Call,
  type CallContract,
  type CallRegister,
  type PairArgument,
  RETURN_VALUE,
  type Register,
  type SingleArgument,
  T_ALLOC_MEM,
  T_NUMBER,
  T_PACKET,
  T_SHARED,
  T_SOCKET,
  T_STACK,
} from "../ir/index.ts";
import { assignAddress, commonOf, loadMap, mapsOf, rangeOf, retype } from "./map-load.ts";

const FIRST_ARGUMENT = 1;
const LAST_ARGUMENT = 5;

/** Call of a helper, kernel function or builtin: what it may write is forgotten, r0 is what its contract says. */
export function* call(state: State, instruction: Call, environment: Environment): Work<void> {
  const { contract } = instruction.target ?? environment.resolveCall(instruction);
  let map: Register | undefined;
  for (const argument of contract.singles) {
    if (argument.kind === "map") map = argument.register;
    else if (argument.kind === "writable-long") yield* writeFixed(state, argument, 8, environment);
    else if (argument.kind === "writable-int") yield* writeFixed(state, argument, 4, environment);
  }
  for (const argument of contract.pairs) {
    if (argument.kind === "writable") yield* writeSized(state, argument, environment);
  }
  state.values.havoc(state.variable(RETURN_VALUE, STACK_NUMERIC_SIZE));
  if (contract.isMapLookup) returnMapValue(state, map, environment);
  else if (contract.returnType !== undefined) returnPointer(state, contract, contract.returnType, environment);
  else {
    state.havocNumbers(RETURN_VALUE);
    state.assignType(RETURN_VALUE, T_NUMBER);
  }
  scratchArguments(state);
  if (contract.reallocatesPacket) forgetPacketPointers(state, environment);
}

/** r1 to r5 may hold anything after a call. */
export function scratchArguments(state: State): void {
  for (let register = FIRST_ARGUMENT; register <= LAST_ARGUMENT; register++) state.havocRegister(register);
}

function havocBytes(state: State, address: Interval, width: Interval, environment: Environment): void {
  for (let kind = 0; kind < KIND_COUNT; kind++) state.stack.havoc(state.values, kind, address, width, environment);
}

function* writeFixed(state: State, { register }: SingleArgument, width: number, environment: Environment): Work<void> {
  const size = Interval.constant(width);
  yield* state.forEachType(register, (branch, type) => {
    if (type !== T_STACK) return;
    const address = branch.intervalOf(register, STACK_OFFSET);
    havocBytes(branch, address, size, environment);
    branch.stack.storeNumbers(address, size);
  });
}

function* writeSized(state: State, { memory, size }: PairArgument, environment: Environment): Work<void> {
  const { dialect } = environment;
  const width = state.intervalOf(size, SVALUE);
  const kind = state.offsetKind(memory);
  if (dialect.mixedPointerWritesKeepStack && kind === undefined) return;
  let address = kind === undefined ? Interval.TOP : state.intervalOf(memory, kind);
  let onlyStack = true;
  let reached = false;
  yield* state.forEachType(memory, (branch, type) => {
    if (type !== T_STACK) {
      onlyStack = false;
      return;
    }
    reached = true;
    if (!dialect.mixedPointerWritesKeepStack) address = branch.intervalOf(memory, STACK_OFFSET);
    havocBytes(branch, address, width, environment);
  });
  if (onlyStack && reached) state.stack.storeNumbers(address, width);
}

/** The value that a lookup found, or null; the handle of an inner map for maps of maps. */
function returnMapValue(state: State, register: Register | undefined, environment: Environment): void {
  const maps = register === undefined ? undefined : mapsOf(state, register, environment);
  const type = commonOf(maps, (map) => map.type);
  if (type === undefined) {
    returnShared(state, undefined, environment);
  } else if (environment.mapKind(type).valueType === "map") {
    const inner = commonOf(maps, (map) => map.innerFd);
    if (inner === undefined) returnShared(state, undefined, environment);
    else loadMap(state, RETURN_VALUE, inner, true, environment);
  } else {
    returnShared(
      state,
      rangeOf(maps, (map) => map.valueSize),
      environment,
    );
  }
}

function returnShared(state: State, size: Interval | undefined, environment: Environment): void {
  retype(state, RETURN_VALUE, T_SHARED, environment);
  assignAddress(state, RETURN_VALUE, true, environment);
  state.values.assignConstant(state.variable(RETURN_VALUE, SHARED_OFFSET), 0);
  const region = state.variable(RETURN_VALUE, SHARED_REGION_SIZE);
  if (size === undefined) state.values.havoc(region);
  else state.values.set(region, size);
}

function returnPointer(state: State, contract: CallContract, type: number, environment: Environment): void {
  retype(state, RETURN_VALUE, type, environment);
  assignAddress(state, RETURN_VALUE, contract.returnNullable, environment);
  const zone = state.values;
  if (type === T_ALLOC_MEM && contract.allocationSize !== undefined) {
    zone.assignConstant(state.variable(RETURN_VALUE, ALLOC_MEM_OFFSET), 0);
    zone.set(state.variable(RETURN_VALUE, ALLOC_MEM_SIZE), state.intervalOf(contract.allocationSize, UVALUE));
  } else if (type === T_SOCKET && !environment.dialect.onlyRegionsDereferenceable) {
    zone.assignConstant(state.variable(RETURN_VALUE, SOCKET_OFFSET), 0);
  } else {
    state.havocOffsets(RETURN_VALUE);
  }
}

function forgetPacketPointers(state: State, environment: Environment): void {
  for (const location of state.locationsWithType(T_PACKET)) {
    state.types.havoc(location);
    state.values.havoc(location.known(UVALUE));
    if (environment.dialect.staleKindsSurvive) state.havocKinds(location, KINDS_OF_TYPE[T_PACKET] ?? []);
    else state.forgetTypedKinds(location);
  }
  initializePacket(state, environment);
}

/** Helper call through a register: as a call, if it is known of which helper. */
export function* callRegister(state: State, { register }: CallRegister, environment: Environment): Work<void> {
  const id = calledHelper(state, register, environment);
  if (id === undefined || !environment.isHelperUsable(id)) return;
  yield* call(state, { kind: "call", callee: "helper", id, module: 0 }, environment);
}

/** The number of the helper that a `callx` calls, if there is only one. */
export function calledHelper(state: State, register: Register, { dialect }: Environment): number | undefined {
  const id = state.intervalOf(register, dialect.callxReadsSigned ? SVALUE : UVALUE).constant;
  return id !== undefined && isInt32(id) ? id : undefined;
}
