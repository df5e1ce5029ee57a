import type { ArgumentType, ReturnType } from "../../../src/platform/linux/index.ts";
import { type Belief, type Draft, NOTHING, NUMBER, NUMBERS, R0, R10 } from "./draft.ts";
import { nullCheck } from "./memory.ts";
import type { Callee } from "./program-shape.ts";
import { OUTER_MAPS, PROGRAM_MAP, QUEUES, randomMap, VALUE_MAPS } from "./random-maps.ts";

/** Sorts of kernel objects, as details of beliefs. */
const SOCKET = 1;
const KERNEL_OBJECT = 2;
const ALLOCATED = 3;

/** Registers that hold their value while arguments are put down. */
const SOURCES = [6, 7, 8, 9, 0] as const;

/** What is known while the arguments of one call are put down. */
interface CallDraft {
  readonly draft: Draft;
  readonly callee: Callee;
  map: number;
  allocated: number;
}

/** Puts an argument down in its register; false where nothing fits. */
type Argument = (call: CallDraft, register: number) => boolean;

function put(draft: Draft, register: number, source: number): true {
  if (register !== source) draft.code.emit(0xbf, register, source);
  draft.set(register, NOTHING);
  return true;
}

function stackAddress(draft: Draft, register: number, bytes: number): true {
  const room = NUMBERS - bytes;
  const offset = -bytes - 8 * draft.random.below(Math.max(1, Math.floor(room / 8)));
  const aligned = draft.slips(12) ? offset + draft.random.below(16) - 8 : 8 * Math.floor(offset / 8);
  draft.code.emit(0xbf, register, R10);
  draft.code.emit(0x07, register, 0, 0, aligned);
  return true;
}

function constant(draft: Draft, register: number, value: number): true {
  draft.code.emit(0xb7, register, 0, 0, value);
  return true;
}

function held(draft: Draft, register: number, kind: Belief["kind"], detail?: number): boolean {
  const source = SOURCES.find((each) => {
    const belief = draft.belief(each);
    return belief.kind === kind && (detail === undefined || belief.detail === detail);
  });
  if (source !== undefined) return put(draft, register, source);
  return draft.slips(4) && put(draft, register, draft.random.below(11));
}

const context: Argument = ({ draft }, register) => {
  const source = [1, ...SOURCES].find((each) => draft.belief(each).kind === "ctx");
  return source === undefined ? draft.slips(4) : put(draft, register, source);
};

function chooseMap({ draft, callee }: CallDraft): number {
  const { random } = draft;
  if (draft.slips(12)) return 1 + random.below(13);
  if (/push_elem|pop_elem|peek_elem/.test(callee.name)) return random.pick(QUEUES);
  if (callee.name.includes("ringbuf")) return 9;
  if (callee.name.includes("perf_event")) return 12;
  if (callee.name.includes("lookup") && random.once(8)) return random.pick(OUTER_MAPS);
  return random.pick(VALUE_MAPS);
}

const map: Argument = (call, register) => {
  const { draft, callee } = call;
  const inner = SOURCES.find((each) => draft.belief(each).kind === "map");
  if (inner !== undefined && callee.name.includes("lookup") && draft.random.once(2)) {
    call.map = draft.belief(inner).detail;
    return put(draft, register, inner);
  }
  call.map = chooseMap(call);
  draft.code.emitWide(register, 1, call.map, 0);
  return true;
};

function writtenArea(draft: Draft, register: number, bytes: number): boolean {
  const value = SOURCES.find((each) => draft.belief(each).kind === "value" && draft.belief(each).detail >= bytes);
  if (value !== undefined && draft.random.once(4)) return put(draft, register, value);
  return stackAddress(draft, register, Math.min(bytes, NUMBERS));
}

/** A pointer and the size behind it, which is known or bounded. */
function memory({ draft, callee }: CallDraft, register: number): boolean {
  const { random, code } = draft;
  const size = callee.arguments[register];
  const mayBeZero = size === "CONST_SIZE_OR_ZERO";
  const source = SOURCES.find((each) => ["value", "packet"].includes(draft.belief(each).kind) && random.once(2));
  const orNull = callee.arguments[register - 1]?.endsWith("_OR_NULL") === true;
  if (orNull && mayBeZero && random.once(6)) {
    return constant(draft, register, 0) && constant(draft, register + 1, draft.slips(3) ? 4 : 0);
  }
  const bytes = source === undefined ? 8 * (1 + random.below(4)) : draft.belief(source).detail;
  const number = SOURCES.find((each) => draft.belief(each).kind === "number" && random.once(4));
  if (number === undefined) {
    const least = mayBeZero && random.once(4) ? 0 : 1;
    constant(draft, register + 1, draft.slips(8) ? random.below(80) - 4 : Math.max(least, random.below(bytes + 1)));
  } else {
    const mask = bytes > 16 ? 15 : bytes > 8 ? 7 : bytes > 4 ? 3 : 1;
    code.emit(0xbf, register + 1, number);
    if (!draft.slips(8)) code.emit(0x57, register + 1, 0, 0, mask);
    if (!mayBeZero && bytes > mask) code.emit(0x07, register + 1, 0, 0, 1);
  }
  return source === undefined ? stackAddress(draft, register, bytes) : put(draft, register, source);
}

const number: Argument = ({ draft }, register) => {
  const source = SOURCES.find((each) => draft.belief(each).kind === "number" && draft.random.once(2));
  return source === undefined ? constant(draft, register, draft.random.below(9)) : put(draft, register, source);
};

/** A function of the program, for the helper to call back. */
const callback: Argument = ({ draft }, register) => {
  if (draft.depth > 1 || draft.functions.length > 3) return false;
  const place = draft.code.place();
  draft.functions.push({ place, depth: draft.depth + 1, arguments: [NOTHING, NUMBER] });
  draft.code.codeAddress(register, place);
  return true;
};

const orNull =
  (argument: Argument): Argument =>
  (call, register) =>
    call.draft.random.once(3) ? constant(call.draft, register, 0) : argument(call, register);

const mapKey: Argument = (call, register) =>
  writtenArea(call.draft, register, Math.max(1, randomMap(call.map).keySize));
const mapValue: Argument = (call, register) =>
  writtenArea(call.draft, register, Math.max(1, randomMap(call.map).valueSize));

const ARGUMENTS: Readonly<Partial<Record<ArgumentType, Argument>>> = {
  ANYTHING: number,
  CONST_ALLOC_SIZE_OR_ZERO: (call, register) => {
    call.allocated = 8 * call.draft.random.below(5);
    return constant(call.draft, register, call.allocated);
  },
  CONST_PTR_TO_MAP: map,
  PTR_TO_ALLOC_MEM: ({ draft }, register) => held(draft, register, "object", ALLOCATED),
  PTR_TO_BTF_ID: ({ draft }, register) => held(draft, register, "object", KERNEL_OBJECT),
  PTR_TO_BTF_ID_SOCK_COMMON: ({ draft }, register) => held(draft, register, "object", SOCKET),
  PTR_TO_CTX: context,
  PTR_TO_CTX_OR_NULL: orNull(context),
  PTR_TO_FUNC: callback,
  PTR_TO_INT: ({ draft }, register) => stackAddress(draft, register, 4),
  PTR_TO_LONG: ({ draft }, register) => stackAddress(draft, register, 8),
  PTR_TO_MAP: map,
  PTR_TO_MAP_KEY: mapKey,
  PTR_TO_MAP_OF_PROGRAMS: ({ draft }, register) => {
    draft.code.emitWide(register, 1, draft.slips(8) ? 1 : PROGRAM_MAP, 0);
    return true;
  },
  PTR_TO_MAP_VALUE: mapValue,
  PTR_TO_READABLE_MEM: memory,
  PTR_TO_READABLE_MEM_OR_NULL: memory,
  PTR_TO_READONLY_MEM: memory,
  PTR_TO_READONLY_MEM_OR_NULL: memory,
  PTR_TO_SOCK_COMMON: ({ draft }, register) => held(draft, register, "object", SOCKET),
  PTR_TO_SPIN_LOCK: ({ draft }, register) => held(draft, register, "value"),
  PTR_TO_STACK: ({ draft }, register) => stackAddress(draft, register, 8),
  PTR_TO_STACK_OR_NULL: orNull(({ draft }, register) => stackAddress(draft, register, 8)),
  PTR_TO_TIMER: ({ draft }, register) => held(draft, register, "value"),
  PTR_TO_UNINIT_MAP_VALUE: mapValue,
  PTR_TO_WRITABLE_MEM: memory,
  PTR_TO_WRITABLE_MEM_OR_NULL: memory,
};

function resultOf({ callee, map: descriptor, allocated, draft }: CallDraft): Belief {
  const returns: ReturnType = callee.returns;
  switch (returns) {
    case "PTR_TO_MAP_VALUE_OR_NULL": {
      const { inner, valueSize } = randomMap(descriptor);
      return inner === undefined ? { kind: "maybe-value", detail: valueSize } : { kind: "maybe-map", detail: inner };
    }
    case "PTR_TO_SOCKET_OR_NULL":
    case "PTR_TO_SOCK_COMMON_OR_NULL":
    case "PTR_TO_TCP_SOCKET_OR_NULL":
      return { kind: "maybe-object", detail: SOCKET };
    case "PTR_TO_ALLOC_MEM_OR_NULL":
      return allocated > 0 && draft.random.once(2)
        ? { kind: "maybe-value", detail: allocated }
        : { kind: "maybe-object", detail: ALLOCATED };
    case "PTR_TO_BTF_ID":
    case "PTR_TO_MEM_OR_BTF_ID":
      return { kind: "object", detail: KERNEL_OBJECT };
    case "PTR_TO_BTF_ID_OR_NULL":
    case "PTR_TO_MEM_OR_BTF_ID_OR_NULL":
      return { kind: "maybe-object", detail: KERNEL_OBJECT };
    default:
      return NUMBER;
  }
}

/** Calls a helper, with arguments as its prototype asks for them; not at all where there are none that fit. */
export function callTo(draft: Draft, callee: Callee): void {
  const call: CallDraft = { draft, callee, map: 1, allocated: 0 };
  const registers = callee.arguments.length;
  if ([1, 2, 3, 4, 5].slice(0, registers).some((register) => draft.reserved.has(register))) return;
  for (let at = 0; at < registers; at++) {
    const type = callee.arguments[at];
    const argument = type === undefined ? undefined : ARGUMENTS[type];
    if (argument === undefined || !argument(call, at + 1)) {
      forgetArguments(draft, registers);
      return;
    }
    if (type?.includes("_MEM") === true && type !== "PTR_TO_ALLOC_MEM") at++;
  }
  if (callee.isKernelFunction) draft.code.emit(0x85, 0, 2, 0, callee.id);
  else draft.code.emit(0x85, 0, 0, 0, callee.id);
  const result = resultOf(call);
  draft.afterCall(result, callee.reallocatesPacket);
  if (!result.kind.startsWith("maybe")) return;
  const kept = draft.random.once(3) ? R0 : draft.lasting();
  if (kept !== R0) put(draft, kept, R0);
  draft.set(kept, result);
  if (kept !== R0) draft.set(R0, NOTHING);
  if (!draft.random.once(6)) nullCheck(draft, kept);
}

/** Argument registers that were written, and hold who knows what. */
function forgetArguments(draft: Draft, count: number): void {
  for (let register = 1; register <= count; register++) draft.set(register, NOTHING);
}

/** Calls any helper of the program type, at times one that there is not. */
export function helper(draft: Draft): void {
  const { callees } = draft.shape;
  const callee = callees[draft.random.below(callees.length)];
  if (callee !== undefined) callTo(draft, draft.slips(20) ? { ...callee, id: draft.random.below(220) } : callee);
}

/** Looks a map's value up: what programs do most. */
export function lookup(draft: Draft): void {
  const callee = draft.shape.callees.find(({ name }) => name.endsWith("map_lookup_elem"));
  if (callee !== undefined) callTo(draft, callee);
}

/** Calls a function of the program, which is written later. */
export function localFunction(draft: Draft): void {
  const { random, code } = draft;
  if (draft.depth > 2 || draft.functions.length > 3) return;
  if ([0, 1, 2, 3, 4, 5].some((register) => draft.reserved.has(register))) return;
  const known = draft.functions.find(({ depth }) => depth > draft.depth);
  const reused = random.once(3) ? known : undefined;
  const given = reused?.arguments ?? [NOTHING, ...[1, 2, 3, 4, 5].map(() => argumentBelief(draft))];
  for (let register = 1; register <= 5; register++) {
    const belief = given[register] ?? NOTHING;
    const source = SOURCES.find((each) => {
      const mine = draft.belief(each);
      return mine.kind === belief.kind && mine.detail === belief.detail;
    });
    if (belief.kind === "number" || source === undefined) constant(draft, register, draft.constant());
    else put(draft, register, source);
    if (belief.kind !== "number" && source === undefined && reused !== undefined && !draft.slips(2)) return;
  }
  const place = reused?.place ?? code.place();
  if (reused === undefined) draft.functions.push({ place, depth: draft.depth + 1, arguments: given });
  code.call(place);
  draft.afterCall(NUMBER, true);
}

/** What a function is given: a number mostly, or a pointer that is at hand. */
function argumentBelief(draft: Draft): Belief {
  if (!draft.random.once(3)) return NUMBER;
  const source = draft.random.pick(SOURCES);
  const belief = draft.belief(source);
  return belief.kind === "nothing" ? NUMBER : belief;
}
