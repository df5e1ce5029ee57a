import type { Node } from "../cfg/index.ts";
import type { Environment } from "../environment.ts";
import type { Access, Atomic, Binary, Call, Condition, IrInstruction, Memory, Operand } from "../ir/index.ts";
import type { PathFacts } from "./path-facts.ts";
import { asNumber, type PathState, type PathValue, UNKNOWN } from "./path-value.ts";
import { constantOf } from "./range.ts";
import type { Term, Terms } from "./term.ts";

/** A place on one path. */
export interface Place {
  readonly state: PathState;
  readonly facts: PathFacts;
  readonly terms: Terms;
  readonly environment: Environment;
  readonly node: Node;
}

/** Offsets that are compared as addresses are: beyond them an address might wrap around. */
const LARGEST_OFFSET = 1n << 31n;
const STACK_POINTER = 10;

function operandValue(operand: Operand, { state, terms }: Place): PathValue {
  return operand.kind === "register"
    ? state.get(operand.register)
    : { kind: "number", term: terms.constant(BigInt(operand.value)) };
}

const isFixed = (value: PathValue): boolean =>
  value.kind === "pointer" && !(value.region.kind === "value" && value.region.isNullable);

function pointerArithmetic({ operation, is64 }: Binary, left: PathValue, right: PathValue, place: Place): PathValue {
  const { terms, node } = place;
  if (!is64) return UNKNOWN;
  if (left.kind === "pointer" && right.kind === "number" && (operation === "add" || operation === "sub")) {
    // A null pointer that something is added to is null no longer.
    if (!isFixed(left)) return UNKNOWN;
    return { ...left, offset: terms.computed(operation, left.offset, right.term, true, node) };
  }
  if (left.kind === "number" && right.kind === "pointer" && operation === "add" && isFixed(right)) {
    return { ...right, offset: terms.computed("add", right.offset, left.term, true, node) };
  }
  if (left.kind === "pointer" && right.kind === "pointer" && operation === "sub" && isSameRegion(left, right)) {
    return { kind: "number", term: terms.computed("sub", left.offset, right.offset, true, node) };
  }
  return UNKNOWN;
}

type Pointer = Extract<PathValue, { kind: "pointer" }>;

function isSameRegion({ region: left }: Pointer, { region: right }: Pointer): boolean {
  if (left.kind === "packet" && right.kind === "packet") return left.size === right.size;
  if (left.kind === "value" && right.kind === "value")
    return left.lookup === right.lookup && !left.isNullable && !right.isNullable;
  return left.kind === right.kind && left.kind !== "value" && left.kind !== "packet";
}

const isSignExtension = (operation: Binary["operation"]): boolean => operation.startsWith("movsx");

function binary(instruction: Binary, place: Place): void {
  const { state, terms, node } = place;
  const { operation, dst, operand, is64 } = instruction;
  const right = operandValue(operand, place);
  if (operation === "mov") {
    state.set(dst, is64 ? right : { kind: "number", term: terms.lowHalf(asNumber(right, terms), node) });
    return;
  }
  const left = isSignExtension(operation) ? right : state.get(dst);
  if (left.kind === "number" && right.kind === "number") {
    state.set(dst, { kind: "number", term: terms.computed(operation, left.term, right.term, is64, node) });
    return;
  }
  const result = pointerArithmetic(instruction, left, right, place);
  if (result.kind !== "unknown") state.set(dst, result);
  else if (left.kind === "pointer" || right.kind === "pointer") state.set(dst, UNKNOWN);
  else {
    const term = terms.computed(operation, asNumber(left, terms), asNumber(right, terms), is64, node);
    state.set(dst, { kind: "number", term });
  }
}

/** The stack byte that an access begins at, where it is one. */
function stackPlace({ base, offset }: Access, { state, facts }: Place): number | "elsewhere" | "unknown" {
  const pointer = state.get(base);
  if (pointer.kind === "unknown" || pointer.kind === "number") return "unknown";
  if (pointer.kind === "map" || pointer.region.kind !== "stack") return "elsewhere";
  const at = constantOf(facts.rangeOf(pointer.offset));
  return at === undefined ? "unknown" : Number(at) + offset;
}

const largest = (width: number): bigint => (1n << BigInt(8 * width)) - 1n;

function fresh(width: number, isSigned: boolean, { terms, node }: Place): PathValue {
  const leaf = terms.leaf(largest(width), isSigned ? undefined : node);
  const extension = ({ 1: "movsx8", 2: "movsx16", 4: "movsx32" } as const)[width as 1 | 2 | 4];
  const isExtended = isSigned && extension !== undefined;
  return { kind: "number", term: isExtended ? terms.computed(extension, leaf, leaf, true, node) : leaf };
}

function contextField({ offset, base, width }: Access, place: Place): PathValue | undefined {
  const { state, facts, environment, terms } = place;
  const { context } = environment;
  const pointer = state.get(base);
  if (context === undefined || pointer.kind !== "pointer" || pointer.region.kind !== "context") return undefined;
  const start = constantOf(facts.rangeOf(pointer.offset));
  if (start === undefined) return UNKNOWN;
  const at = Number(start) + offset;
  const size = width === context.end - context.data ? packetSizeOf(state) : undefined;
  if (context.data >= 0 && at === context.data && size !== undefined) {
    return { kind: "pointer", region: { kind: "packet", size }, offset: terms.constant(0n) };
  }
  if (context.end >= 0 && at === context.end && size !== undefined) {
    return { kind: "pointer", region: { kind: "packet", size }, offset: size };
  }
  return [context.data, context.end, context.meta].some((field) => field >= 0 && at + 8 > field && at < field + 8)
    ? UNKNOWN
    : undefined;
}

/** Behind the registers of the machine: the packet's length, as the offset of a pointer. */
const PACKET_SIZE = 11;

function packetSizeOf(state: PathState): Term | undefined {
  const value = state.get(PACKET_SIZE);
  return value.kind === "number" ? value.term : undefined;
}

export function newPacket({ state, terms, environment }: Place): void {
  state.set(PACKET_SIZE, { kind: "number", term: terms.leaf(BigInt(environment.options.maxPacketSize)) });
}

function memory({ access, operand, isLoad, isSigned }: Memory, place: Place): void {
  const { state, terms } = place;
  const at = stackPlace(access, place);
  if (isLoad && operand.kind === "register") {
    const kept = typeof at === "number" && !isSigned ? state.load(at, access.width) : undefined;
    const field = contextField(access, place);
    state.set(operand.register, kept ?? field ?? loaded(at, access, isSigned, place));
    return;
  }
  if (at === "unknown") state.forgetStack();
  if (typeof at !== "number") return;
  const value = operandValue(operand, place);
  if (access.width === 8) state.store(at, 8, value);
  else {
    const low = terms.computed("and", asNumber(value, terms), terms.constant(largest(access.width)), true, place.node);
    state.store(at, access.width, { kind: "number", term: low });
  }
}

/** Eight bytes of stack may be a pointer. */
function loaded(at: number | "elsewhere" | "unknown", { width }: Access, isSigned: boolean, place: Place): PathValue {
  return at !== "elsewhere" && width === 8 ? UNKNOWN : fresh(width, isSigned, place);
}

/** Arguments through which nothing is written. */
const READ_ONLY: ReadonlySet<string> = new Set([
  "map",
  "map-of-programs",
  "map-key",
  "ctx",
  "anything",
  "size-or-zero",
  "func",
]);

/** False where it is not known what the call does. */
function call(instruction: Call, place: Place): boolean {
  const { state, terms, environment } = place;
  const { contract } = instruction.target ?? environment.resolveCall(instruction);
  if (contract.singles.some(({ kind }) => kind === "func")) return false;
  const isReader =
    contract.singles.every(({ kind }) => READ_ONLY.has(kind)) &&
    contract.pairs.every(({ kind }) => kind === "readable");
  const map = contract.singles.find(({ kind }) => kind === "map");
  const fd = map === undefined ? undefined : state.get(map.register);
  if (!isReader) state.forgetStack();
  let result: PathValue = { kind: "number", term: terms.leaf((1n << 64n) - 1n) };
  if (contract.isMapLookup) result = found(fd, place);
  else if (contract.returnType !== undefined) result = UNKNOWN;
  state.scratch();
  state.set(0, result);
  if (contract.reallocatesPacket) {
    state.replace((value) => (value.kind === "pointer" && value.region.kind === "packet" ? UNKNOWN : value));
    newPacket(place);
  }
  return true;
}

function found(map: PathValue | undefined, { environment, terms }: Place): PathValue {
  if (map?.kind !== "map") return UNKNOWN;
  const description = environment.map(map.fd);
  if (description === undefined || environment.mapKind(description.type).valueType !== "any") return UNKNOWN;
  const lookup = terms.leaf(0n).id;
  const region = { kind: "value", size: description.valueSize, isNullable: true, lookup } as const;
  return { kind: "pointer", region, offset: terms.constant(0n) };
}

function isZero(operand: Operand): boolean {
  return operand.kind === "immediate" && operand.value === 0;
}

/** A lookup's result is compared with null. */
function nullCheck(pointer: Pointer, operation: Condition["operation"], { state, terms }: Place): void {
  const { region } = pointer;
  if (region.kind !== "value" || !region.isNullable || (operation !== "eq" && operation !== "ne")) return;
  const zero: PathValue = { kind: "number", term: terms.constant(0n) };
  state.replace((value) => {
    if (value.kind !== "pointer" || value.region.kind !== "value" || value.region.lookup !== region.lookup)
      return value;
    return operation === "eq" ? zero : { ...value, region: { ...value.region, isNullable: false } };
  });
}

function assume({ operation, left, right, is64 }: Condition, place: Place): void {
  const { state, facts, terms, node } = place;
  const [a, b] = [state.get(left), operandValue(right, place)];
  if (a.kind === "number" && b.kind === "number") {
    const [x, y] = is64 ? [a.term, b.term] : [terms.lowHalf(a.term, node), terms.lowHalf(b.term, node)];
    facts.learn({ operation, left: x, right: y, is64, node });
  } else if (a.kind === "pointer" && b.kind === "pointer" && is64 && isSameRegion(a, b)) {
    const isSmall = ({ offset }: Pointer): boolean => facts.rangeOf(offset).max < LARGEST_OFFSET;
    if (isSmall(a) && isSmall(b)) facts.learn({ operation, left: a.offset, right: b.offset, is64, node });
  } else if (a.kind === "pointer" && is64 && isZero(right)) nullCheck(a, operation, place);
}

function atomic(instruction: Atomic, place: Place): void {
  if (stackPlace(instruction.access, place) !== "elsewhere") place.state.forgetStack();
  if (instruction.operation === "cmpxchg") place.state.set(0, UNKNOWN);
  else if (instruction.fetch) place.state.set(instruction.value, UNKNOWN);
}

/** What an instruction does on a path. False where that is not known; then nothing is claimed. */
export function step(instruction: IrInstruction, place: Place): boolean {
  const { state, terms, environment, node } = place;
  const frame = terms.constant(BigInt(environment.options.subprogramStackSize));
  const moveStack = (operation: "add" | "sub"): void => {
    const top = state.get(STACK_POINTER);
    if (top.kind === "pointer")
      state.set(STACK_POINTER, { ...top, offset: terms.computed(operation, top.offset, frame, true, node) });
  };
  switch (instruction.kind) {
    case "undefined":
    case "jump":
    case "increment-loop-counter":
      return true;
    case "binary":
      binary(instruction, place);
      return true;
    case "unary": {
      const term = asNumber(state.get(instruction.dst), terms);
      state.set(instruction.dst, {
        kind: "number",
        term: terms.computed(instruction.operation, term, term, instruction.is64, node),
      });
      return true;
    }
    case "load-map":
      state.set(instruction.dst, { kind: "map", fd: instruction.fd });
      return true;
    case "load-map-address": {
      const size = environment.map(instruction.fd)?.valueSize;
      const region = { kind: "value", size: size ?? 0, isNullable: false, lookup: -1 - instruction.fd } as const;
      state.set(instruction.dst, { kind: "pointer", region, offset: terms.constant(BigInt(instruction.offset)) });
      return true;
    }
    case "load-address":
      state.set(instruction.dst, UNKNOWN);
      return true;
    case "memory":
      memory(instruction, place);
      return true;
    case "assume":
      assume(instruction.condition, place);
      return true;
    case "call":
      return call(instruction, place);
    case "call-local":
      state.enter();
      moveStack("sub");
      return true;
    case "exit":
      if (instruction.frame === "") return true;
      state.leave();
      moveStack("add");
      return true;
    case "atomic":
      atomic(instruction, place);
      return true;
    case "packet":
    case "call-register":
      return false;
  }
}
