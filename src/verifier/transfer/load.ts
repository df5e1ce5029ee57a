import type { Work } from "../../turns/index.ts";
import {
  assignLoaded,
  atMost,
  below,
  CTX_OFFSET,
  highestPointer,
  type Integer,
  Interval,
  KINDS_OF_TYPE,
  Linear,
  PACKET_OFFSET,
  STACK_NUMERIC_SIZE,
  STACK_OFFSET,
  type State,
  SVALUE,
  signedRange,
  UVALUE,
  unsignedRange,
} from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import {
  type Access,
  type Register,
  STACK_POINTER,
  T_ALLOC_MEM,
  T_BTF_ID,
  T_CTX,
  T_NUMBER,
  T_PACKET,
  T_SHARED,
  T_SOCKET,
  T_STACK,
} from "../ir/index.ts";

/** Lowest address of a packet, so that metadata before it has addresses above 0 too. */
const LOWEST_PACKET_ADDRESS = 4098;

/** Types whose memory can be loaded from, with contents that nobody follows. */
const OPAQUE = new Set([T_PACKET, T_SHARED, T_ALLOC_MEM, T_SOCKET, T_BTF_ID]);

/** target := *(base + offset) */
export function* load(
  state: State,
  access: Access,
  target: Register,
  isSigned: boolean,
  environment: Environment,
): Work<void> {
  if (access.base === STACK_POINTER) {
    loadStack(state, access, target, environment);
    return;
  }
  yield* state.forEachType(access.base, (branch, type) => {
    if (type === T_STACK) loadStack(branch, access, target, environment);
    else if (type === T_CTX) loadContext(branch, access, target, isSigned, environment);
    else if (OPAQUE.has(type)) loadOpaque(branch, access.width, target, isSigned, environment);
  });
}

function loadStack(state: State, { base, offset, width }: Access, target: Register, environment: Environment): void {
  if (state.isBottom()) return;
  const pointer = state.location(base);
  const address = state.zone.evaluate(Linear.variable(pointer.variable(STACK_OFFSET)).plus(offset));
  const location = state.location(target);
  const isNumeric = state.zone.entails(atMost(Linear.constant(width), pointer.variable(STACK_NUMERIC_SIZE)));
  if (isNumeric) {
    state.assignType(target, T_NUMBER);
  } else {
    const found = state.stack.loadType(address, width);
    if (found === undefined) state.types.havoc(location);
    else if ("type" in found) state.assignType(target, found.type);
    else state.types.copyType(location, found.cell);
    if (!state.isInitialized(target)) {
      state.havocRegister(target);
      return;
    }
  }
  const { stack, values } = state;
  const signed = stack.load(values, SVALUE, address, width, environment);
  const unsigned = stack.load(values, UVALUE, address, width, environment);
  state.havocNumbers(target);
  assignLoaded(values, location.variable(SVALUE), signed);
  assignLoaded(values, location.variable(UVALUE), unsigned);
  for (const type of state.possibleTypes(target)) {
    for (const kind of KINDS_OF_TYPE[type] ?? []) {
      assignLoaded(values, location.variable(kind), stack.load(values, kind, address, width, environment));
    }
  }
}

/** A number of `width` bytes was loaded into a register of which nothing is known. */
function limitToWidth(
  state: State,
  target: Register,
  width: number,
  isSigned: boolean,
  environment: Environment,
): void {
  const { views } = state.location(target);
  if (isSigned && width < 8) {
    state.values.set(views.signed, signedRange(8 * width));
    if (environment.dialect.signedLoadsUnsignedRange) state.values.set(views.unsigned, unsignedRange(8 * width));
    else state.values.havoc(views.unsigned);
  } else if (width <= 2) {
    state.values.set(views.signed, unsignedRange(8 * width));
    state.values.set(views.unsigned, unsignedRange(8 * width));
  }
}

function loadOpaque(state: State, width: number, target: Register, isSigned: boolean, environment: Environment): void {
  if (state.isBottom()) return;
  state.havocRegister(target);
  state.assignType(target, T_NUMBER);
  limitToWidth(state, target, width, isSigned, environment);
}

function loadContext(
  state: State,
  access: Access,
  target: Register,
  isSigned: boolean,
  environment: Environment,
): void {
  const { context, dialect } = environment;
  if (state.isBottom() || context === undefined) return;
  const { width } = access;
  const start = state.zone.evaluate(Linear.variable(state.variable(access.base, CTX_OFFSET)).plus(access.offset));
  const asNumber = (): void => {
    state.assignType(target, T_NUMBER);
    if (!dialect.contextLoadsUnranged) limitToWidth(state, target, width, isSigned, environment);
  };
  state.havocRegister(target);
  if (context.end < 0) {
    asNumber();
    return;
  }
  const pointerWidth = context.end - context.data;
  const bytes = dialect.contextPointerByStart ? start : start.plus(Interval.of(0, width - 1));
  const touches = (field: number): boolean => {
    if (dialect.contextPointerByStart) return start.contains(field);
    return field >= 0 && !bytes.meet(Interval.of(field, field + pointerWidth - 1)).isBottom;
  };
  const at: Integer | undefined = start.constant;
  const isField = at !== undefined && (at === context.data || at === context.end || at === context.meta);
  if (isField) {
    if (width === pointerWidth) packetPointer(state, target, at, environment);
    return;
  }
  // The register's type is already unknown; parts of a pointer stay so, and the rest are numbers.
  if (!(touches(context.data) || touches(context.meta) || touches(context.end))) asNumber();
}

/** The program reads data, data_end or data_meta: what it gets is a packet pointer. */
function packetPointer(state: State, target: Register, field: Integer, environment: Environment): void {
  const { context, options } = environment;
  const location = state.location(target);
  const offset = location.variable(PACKET_OFFSET);
  const zone = state.values;
  if (field === context?.data) {
    zone.assignConstant(offset, 0);
  } else if (field === context?.end) {
    zone.assignCopy(offset, state.space.packetSize);
    // No upper bound of the packet's size is kept, so pointers to its end get one of their own, for comparisons.
    zone.add(below(offset, Linear.constant(options.maxPacketSize)));
  } else {
    zone.assignCopy(offset, state.space.metaOffset);
  }
  state.assignType(target, T_PACKET);
  zone.add(atMost(Linear.constant(LOWEST_PACKET_ADDRESS), location.views.unsigned));
  zone.add(atMost(location.views.unsigned, Linear.constant(highestPointer(environment))));
}
