import {
  ALLOC_MEM_OFFSET,
  ALLOC_MEM_SIZE,
  CTX_OFFSET,
  type Interval,
  isBounded,
  type Kind,
  PACKET_OFFSET,
  SHARED_OFFSET,
  SHARED_REGION_SIZE,
  STACK_OFFSET,
  type State,
  SVALUE,
  UVALUE,
} from "../domain/index.ts";
import {
  ALL_TYPES,
  type Register,
  STACK_POINTER,
  T_ALLOC_MEM,
  T_CTX,
  T_NUMBER,
  T_PACKET,
  T_SHARED,
  T_STACK,
  T_UNINIT,
  VALUE_TYPES,
} from "../ir/index.ts";
import { stackAddress, stackPlace } from "./accessed-range.ts";
import { typeWords } from "./circumstances.ts";
import type { DataWords } from "./data-words.ts";

const offsets: ReadonlyMap<number, readonly [Kind, string | undefined]> = new Map([
  [T_CTX, [CTX_OFFSET, "the context"]],
  [T_PACKET, [PACKET_OFFSET, undefined]],
  [T_SHARED, [SHARED_OFFSET, "the map value"]],
  [T_ALLOC_MEM, [ALLOC_MEM_OFFSET, "the memory"]],
]);

const sizes: ReadonlyMap<number, readonly [Kind, string]> = new Map([
  [T_SHARED, [SHARED_REGION_SIZE, "the map value"]],
  [T_ALLOC_MEM, [ALLOC_MEM_SIZE, "the memory"]],
]);

/** An interval in words; undefined where it has no bound. */
function range(interval: Interval): string | undefined {
  const { lower, upper, constant } = interval;
  if (constant !== undefined) return `${constant}`;
  if (!isBounded(lower)) return isBounded(upper) ? `at most ${upper}` : undefined;
  return isBounded(upper) ? `${lower} to ${upper}` : `at least ${lower}`;
}

const bytes = (count: string): string => `${count} byte${count === "1" ? "" : "s"}`;

function numberFacts(state: State, register: Register): string[] {
  const signed = range(state.intervalOf(register, SVALUE));
  const unsigned = range(state.intervalOf(register, UVALUE));
  if (signed === undefined && unsigned === undefined) return [`r${register} may be any number`];
  if (signed === unsigned) return [`r${register} is ${signed}`];
  return [
    ...(signed === undefined ? [] : [`r${register} is ${signed} as a signed number`]),
    ...(unsigned === undefined ? [] : [`r${register} is ${unsigned} as an unsigned number`]),
  ];
}

function pointerFacts(state: State, register: Register, type: number, noun: string): string[] {
  const [kind, where] = offsets.get(type) ?? [];
  const [sizeKind, owner] = sizes.get(type) ?? [];
  const facts: string[] = [];
  if (kind !== undefined) {
    const offset = range(state.intervalOf(register, kind));
    facts.push(
      `r${register} is ${offset === undefined ? "at an unknown offset" : bytes(offset)} into ${where ?? `the ${noun}`}`,
    );
  }
  // A size is a promise of at least that many.
  const size = sizeKind === undefined ? undefined : state.intervalOf(register, sizeKind).lower;
  if (size !== undefined && isBounded(size)) facts.push(`${owner} has ${bytes(`${size}`)}`);
  return facts;
}

function stackFact(state: State, register: Register): string {
  const place = state.intervalOf(register, STACK_OFFSET);
  const { constant } = place;
  return `r${register} is ${constant === undefined ? stackPlace(state, place) : stackAddress(state, constant)}`;
}

function factsAboutOne(state: State, register: Register, noun: string): string[] {
  const types = state.typesOf(register);
  if (types === ALL_TYPES || types === 1 << T_UNINIT) return [`r${register} holds nothing that is known`];
  const members = VALUE_TYPES.flatMap((_, type) => ((types & (1 << type)) === 0 ? [] : [type]));
  const words = members.map((type) => typeWords(VALUE_TYPES[type] ?? "", noun));
  const isNullable =
    types === 1 << T_SHARED &&
    state.intervalOf(register, SHARED_OFFSET).constant === 0 &&
    state.intervalOf(register, UVALUE).contains(0);
  const facts = [`r${register} ${words.join(" or ")}${isNullable ? ", or is null" : ""}`];
  for (const type of members) {
    if (type === T_NUMBER) facts.push(...numberFacts(state, register));
    else if (type === T_STACK) facts.push(...(register === STACK_POINTER ? [] : [stackFact(state, register)]));
    else facts.push(...pointerFacts(state, register, type, noun));
  }
  return facts;
}

function packetFact(state: State, noun: string): string {
  const { lower } = state.interval(state.space.packetSize);
  return isBounded(lower) && lower > 0
    ? `the ${noun} has at least ${bytes(`${lower}`)}`
    : `nothing is known of the ${noun}'s length`;
}

/** What is known of some registers, for people: what they are, and where they point. */
export function factsAbout(state: State, registers: readonly Register[], { noun }: DataWords): string[] {
  const facts = registers.flatMap((register) => factsAboutOne(state, register, noun));
  const isPacket = registers.some((register) => (state.typesOf(register) & (1 << T_PACKET)) !== 0);
  const isKnown = registers.some((register) => state.typesOf(register) !== ALL_TYPES);
  return [...new Set([...facts, ...(isPacket && isKnown ? [packetFact(state, noun)] : [])])];
}
