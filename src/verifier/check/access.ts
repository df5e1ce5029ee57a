import {
  ALLOC_MEM_OFFSET,
  ALLOC_MEM_SIZE,
  atMost,
  below,
  CTX_OFFSET,
  equal,
  type Kind,
  Linear,
  PACKET_OFFSET,
  SHARED_OFFSET,
  SHARED_REGION_SIZE,
  SOCKET_OFFSET,
  STACK_NUMERIC_SIZE,
  STACK_OFFSET,
  type State,
  SVALUE,
  UVALUE,
} from "../domain/index.ts";
import type { Environment, SocketField, SocketLayout } from "../environment.ts";
import {
  type Register,
  STACK_POINTER,
  T_ALLOC_MEM,
  T_BTF_ID,
  T_CTX,
  T_FUNC,
  T_MAP_FD,
  T_MAP_FD_PROGRAMS,
  T_NUMBER,
  T_PACKET,
  T_SHARED,
  T_SOCKET,
  T_STACK,
  type ValidAccess,
} from "../ir/index.ts";

const ZERO = Linear.constant(0);

/** A message if the state does not guarantee what was asked, otherwise undefined. */
export type Verdict = string | undefined;

/** `isComparison`: nothing is read or written, the pointer is compared or subtracted. */
type Rule = (state: State, access: ValidAccess, environment: Environment, isComparison: boolean) => Verdict;

/** The width of an access: a constant, or what a register holds. */
function widthOf(state: State, { width }: ValidAccess): Linear {
  if (width.kind === "immediate") return Linear.constant(width.value);
  return Linear.variable(state.variable(width.register, SVALUE));
}

function rangeOf(state: State, access: ValidAccess, kind: Kind): { start: Linear; end: Linear } {
  const start = Linear.variable(state.variable(access.register, kind)).plus(access.offset);
  return { start, end: start.minus(widthOf(state, access).negated()) };
}

/** The bounds of a region, with the words for them. */
interface Bounds {
  readonly floor: Linear;
  readonly floorText: string;
  readonly ceiling: Linear;
  readonly ceilingText: string;
}

function within(state: State, { start, end }: { start: Linear; end: Linear }, bounds: Bounds): Verdict {
  if (!state.zone.entails(atMost(bounds.floor, start))) return `Lower bound must be at least ${bounds.floorText}`;
  if (!state.zone.entails(atMost(end, bounds.ceiling))) return `Upper bound must be at most ${bounds.ceilingText}`;
  return undefined;
}

function upTo(ceiling: Linear, ceilingText: string): Bounds {
  return { floor: ZERO, floorText: "0", ceiling, ceilingText };
}

function notNull(state: State, register: Register): Verdict {
  return state.zone.entails(below(ZERO, state.variable(register, UVALUE))) ? undefined : "Possible null access";
}

const stack: Rule = (state, access, environment) => {
  const { subprogramStackSize, totalStackSize } = environment.options;
  const range = rangeOf(state, access, STACK_OFFSET);
  const outside = within(state, range, {
    floor: Linear.variable(state.variable(STACK_POINTER, STACK_OFFSET)).plus(-subprogramStackSize),
    floorText: "r10.stack_offset - subprogram_stack_size",
    ceiling: Linear.constant(totalStackSize),
    ceilingText: "total_stack_size",
  });
  if (outside !== undefined || access.mode !== "read") return outside;
  const { zone } = state;
  if (state.bytes.isNumericBetween(zone.evaluate(range.start), zone.evaluate(range.end), environment)) return undefined;
  const size = Linear.variable(state.variable(access.register, STACK_NUMERIC_SIZE)).plus(-access.offset);
  const isCovered = access.offset >= 0 && zone.entails(atMost(widthOf(state, access), size));
  return isCovered ? undefined : "Stack content is not numeric";
};

const context: Rule = (state, access, environment) => {
  const descriptor = environment.context;
  if (descriptor === undefined) return "Invalid type";
  const range = rangeOf(state, access, CTX_OFFSET);
  if (access.mode === "write" && descriptor.end >= 0) {
    const width = descriptor.end - descriptor.data;
    if (width <= 0) return "Cannot write to context with unexpected pointer-field layout";
    const touches = (field: number): boolean =>
      field >= 0 &&
      state.zone.intersects(below(Linear.constant(field), range.end)) &&
      state.zone.intersects(below(range.start, Linear.constant(field + width)));
    if ([descriptor.data, descriptor.end, descriptor.meta].some(touches))
      return "Cannot write to context pointer field";
  }
  return within(state, range, upTo(Linear.constant(descriptor.size), String(descriptor.size)));
};

const packet: Rule = (state, access, { options }, isComparison) => {
  const { packetSize, metaOffset } = state.space;
  const ceiling = isComparison ? Linear.constant(options.maxPacketSize) : Linear.variable(packetSize);
  return within(state, rangeOf(state, access, PACKET_OFFSET), {
    floor: Linear.variable(metaOffset),
    floorText: "meta_offset",
    ceiling,
    ceilingText: isComparison ? String(options.maxPacketSize) : "packet_size",
  });
};

/** Memory whose size is tracked beside the pointer, and which may be null. */
function sized(offset: Kind, size: Kind): Rule {
  return (state, access, _environment, isComparison) => {
    const limit = state.variable(access.register, size);
    const bounds = upTo(Linear.variable(limit), state.space.name(limit));
    const outside = within(state, rangeOf(state, access, offset), bounds);
    if (outside !== undefined || isComparison || access.orNull) return outside;
    return notNull(state, access.register);
  };
}

const socket: Rule = (state, access, environment, isComparison) => {
  if (environment.dialect.onlyRegionsDereferenceable) return unsupported(state, access, environment, isComparison);
  const layout = environment.socketLayout;
  if (layout === undefined) return "Socket layout is unavailable";
  const range = rangeOf(state, access, SOCKET_OFFSET);
  const outside = within(state, range, upTo(Linear.constant(layout.size), String(layout.size)));
  if (outside !== undefined || isComparison) return outside;
  if (access.mode === "write") return "Socket memory is read-only";
  if (access.width.kind === "register") return "Socket access size must be constant";
  const offset = state.zone.evaluate(range.start).constant;
  if (typeof offset !== "number") return "Socket access offset must be precise";
  if (!isReadableField(layout, offset, Number(access.width.value))) return "Invalid socket access";
  return access.orNull ? undefined : notNull(state, access.register);
};

function isReadableField({ size, fields }: SocketLayout, offset: number, width: number): boolean {
  if (width <= 0 || offset < 0 || offset + width > size || offset % width !== 0) return false;
  return fields.some((field) => allows(field, offset, width));
}

function allows(field: SocketField, offset: number, width: number): boolean {
  const isPower = (width & (width - 1)) === 0;
  const isAtStart = offset === field.offset;
  if (field.narrow) {
    const isInside = offset >= field.offset && offset + width <= field.offset + field.size;
    if (width <= field.maxWidth && isPower && isInside) return true;
  } else if (isAtStart && width === field.maxWidth) {
    return true;
  }
  return field.extraWidthAtStart > 0 && width === field.extraWidthAtStart && isPower && isAtStart;
}

/** A number can stand for a pointer only as null, of which nothing is read. */
const number: Rule = (state, access, _environment, isComparison) => {
  if (isComparison) return undefined;
  if (!access.orNull) return "Only pointers can be dereferenced";
  const { zone } = state;
  if (!zone.entails(equal(state.variable(access.register, SVALUE), ZERO))) return "Non-null number";
  return zone.entails(equal(widthOf(state, access), ZERO)) ? undefined : "Non-zero access size with null pointer";
};

function never(message: string): Rule {
  return (_state, _access, _environment, isComparison) => (isComparison ? undefined : message);
}

const unsupported = never("Unsupported pointer type for memory access");
const descriptor = never("FDs cannot be dereferenced directly");

const RULES: ReadonlyMap<number, Rule> = new Map([
  [T_STACK, stack],
  [T_CTX, context],
  [T_PACKET, packet],
  [T_SHARED, sized(SHARED_OFFSET, SHARED_REGION_SIZE)],
  [T_SOCKET, socket],
  [T_ALLOC_MEM, sized(ALLOC_MEM_OFFSET, ALLOC_MEM_SIZE)],
  [T_NUMBER, number],
  [T_MAP_FD, descriptor],
  [T_MAP_FD_PROGRAMS, descriptor],
  [T_BTF_ID, unsupported],
  [T_FUNC, never("Function pointers cannot be dereferenced")],
]);

/** Whether the bytes of an access lie in the region that the register points to, for each type that it may have. */
export function checkAccess(state: State, access: ValidAccess, environment: Environment): Verdict {
  const isComparison = access.width.kind === "immediate" && access.width.value === 0;
  for (const type of state.possibleTypes(access.register)) {
    const rule = RULES.get(type);
    const verdict = rule === undefined ? "Invalid type" : rule(state, access, environment, isComparison);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}
