import { Pace, type Work } from "../../turns/index.ts";
import type { Environment } from "../environment.ts";
import { STACK_POINTER, T_CTX, T_STACK } from "../ir/index.ts";
import { INT32_MAX, INT32_MIN, UINT32_MAX } from "./integer.ts";
import { CTX_OFFSET, PACKET_OFFSET, SHARED_OFFSET, SHARED_REGION_SIZE, STACK_OFFSET, SVALUE, UVALUE } from "./kind.ts";
import { atMost, below, Linear } from "./linear.ts";
import { State } from "./state.ts";
import type { Variable, VariableSpace } from "./variable-space.ts";

const CONTEXT_REGISTER = 1;
/** Lowest offset of metadata before a packet, in bytes. */
const LOWEST_META_OFFSET = -4098;

/** Highest address that a pointer may have in the analysis, so that adding a packet's size stays within 31 bits. */
export function highestPointer({ options }: Environment): number {
  return INT32_MAX - options.maxPacketSize;
}

/** What holds when a program starts: r10 is the stack's end, and r1 the context where there is one. */
export function entryState(environment: Environment, space: VariableSpace, withContext?: boolean): State {
  const state = State.top(space);
  const total = environment.options.totalStackSize;
  const end = Linear.constant(highestPointer(environment));
  const stackAddress = state.variable(STACK_POINTER, UVALUE);
  state.values.add(atMost(Linear.constant(total), stackAddress));
  state.values.add(atMost(stackAddress, end));
  state.values.assignConstant(state.variable(STACK_POINTER, STACK_OFFSET), total);
  state.assignType(STACK_POINTER, T_STACK);
  if (withContext ?? (environment.context !== undefined && environment.context.size > 0)) {
    const address = state.variable(CONTEXT_REGISTER, UVALUE);
    state.values.add(atMost(Linear.constant(1), address));
    state.values.add(atMost(address, end));
    state.values.assignConstant(state.variable(CONTEXT_REGISTER, CTX_OFFSET), 0);
    state.assignType(CONTEXT_REGISTER, T_CTX);
  }
  initializePacket(state, environment);
  return state;
}

/** Forgets the packet's size and the place of its metadata, as after a helper that may move the packet. */
export function initializePacket(state: State, environment: Environment): void {
  const { packetSize, metaOffset } = state.space;
  const zone = state.values;
  const zero = Linear.constant(0);
  zone.havoc(packetSize);
  zone.havoc(metaOffset);
  zone.add(atMost(zero, packetSize));
  zone.add(below(packetSize, Linear.constant(environment.options.maxPacketSize)));
  if (environment.context !== undefined && environment.context.meta >= 0) {
    zone.add(atMost(metaOffset, zero));
    zone.add(atMost(Linear.constant(LOWEST_META_OFFSET), metaOffset));
  } else {
    zone.assignConstant(metaOffset, 0);
  }
}

/** What a loop's state is cut to at its first widening, so that counters and offsets get bounds that can be kept. */
export function* loopLimits(
  environment: Environment,
  space: VariableSpace,
  counters: readonly Variable[],
): Work<State> {
  const state = State.top(space);
  const zone = state.values;
  const pace = new Pace();
  const constant = Linear.constant;
  const zero = constant(0);
  for (let register = 0; register < STACK_POINTER; register++) {
    const variable = (kind: number): Variable => state.variable(register, kind);
    const within = (kind: number, lower: number, upper: number): void => {
      zone.add(atMost(variable(kind), constant(upper)));
      zone.add(atMost(constant(lower), variable(kind)));
    };
    within(SVALUE, INT32_MIN, INT32_MAX);
    within(UVALUE, 0, UINT32_MAX);
    within(STACK_OFFSET, 0, environment.options.totalStackSize);
    zone.add(atMost(variable(SHARED_OFFSET), variable(SHARED_REGION_SIZE)));
    zone.add(atMost(zero, variable(SHARED_OFFSET)));
    zone.add(atMost(variable(PACKET_OFFSET), space.packetSize));
    zone.add(atMost(zero, variable(PACKET_OFFSET)));
    for (const counter of counters) {
      zone.add(atMost(counter, constant(INT32_MAX)));
      zone.add(atMost(zero, counter));
      zone.add(atMost(counter, variable(SVALUE)));
      if (pace.isDue(zone.extent)) yield;
    }
  }
  return state;
}
