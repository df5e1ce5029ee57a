import type { State } from "../domain/index.ts";
import { ALL_TYPES, type Register, T_NUMBER, T_SHARED, T_UNINIT, VALUE_TYPES } from "../ir/index.ts";
import { typeWords } from "./circumstances.ts";

/** Numbers that mean something for a type, and what they are called here. */
const NUMBERS_OF_TYPE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  number: { svalue: "as a signed number", uvalue: "as an unsigned number" },
  ctx: { ctx_offset: "bytes into the context" },
  packet: { packet_offset: "bytes into the packet" },
  shared: { shared_offset: "bytes into the map value", shared_region_size: "bytes long is the map value" },
  stack: { stack_offset: "is its place in the stack" },
  alloc_mem: { alloc_mem_offset: "bytes into the memory", alloc_mem_size: "bytes long is the memory" },
};

function typesOf(state: State, register: Register): readonly string[] {
  const types = state.typesOf(register);
  return VALUE_TYPES.filter((_, bit) => (types & (1 << bit)) !== 0);
}

function typeFact(state: State, register: Register): string {
  const types = state.typesOf(register);
  if (types === ALL_TYPES || types === 1 << T_UNINIT) return `r${register} was never written`;
  return `r${register} ${typesOf(state, register).map(typeWords).join(" or ")}`;
}

const RANGE = /^r(\d+)\.([a-z_]+)=\[(.+), (.+)\]$/;
const CONSTANT = /^r(\d+)\.([a-z_]+)=(-?\d+)$/;

/** `[0, 15]` as "0 to 15", with ends that are no bounds left out. */
function valueText(line: string): string | undefined {
  const constant = CONSTANT.exec(line)?.[3];
  if (constant !== undefined) return constant;
  const [, , , low = "", high = ""] = RANGE.exec(line) ?? [];
  if (low === "") return undefined;
  if (low === "-oo") return `at most ${high}`;
  return high === "+oo" ? `at least ${low}` : `${low} to ${high}`;
}

function numbers(state: State, lines: readonly string[], register: Register): string[] {
  return typesOf(state, register).flatMap((type) =>
    Object.entries(NUMBERS_OF_TYPE[type] ?? {}).flatMap(([kind, words]) => {
      const line = lines.find((text) => text.startsWith(`r${register}.${kind}=`));
      const value = line === undefined ? undefined : valueText(line);
      return value === undefined ? [] : [`r${register}: ${value} ${words}`];
    }),
  );
}

/** Relations between two numbers that mean something for the types of what they are about. */
function relations(state: State, lines: readonly string[], registers: readonly Register[]): string[] {
  const isMeant = (register: Register, kind: string): boolean =>
    typesOf(state, register).some((type) => kind in (NUMBERS_OF_TYPE[type] ?? {}));
  return lines.filter((line) => {
    const names = [...line.matchAll(/(?:^|[^0-9a-z/\]])r(\d+)\.([a-z_]+)/g)];
    if (names.length < 2 || RANGE.test(line) || line.includes(".type")) return false;
    const parts = names.map(([, register, kind = ""]) => ({ register: Number(register), kind }));
    return (
      parts.every(({ register, kind }) => isMeant(register, kind)) &&
      parts.some(({ register }) => registers.includes(register))
    );
  });
}

function packetFact(lines: readonly string[]): string[] {
  const line = lines.find((text) => text.startsWith("packet_size="));
  const least = /=\[?(\d+)/.exec(line ?? "")?.[1];
  return least === undefined ? [] : [`the packet has at least ${least} bytes`];
}

/** What is known of some registers, for people: first what they are, then their numbers and relations. */
export function factsAbout(state: State, registers: readonly Register[]): string[] {
  const lines = state.toStrings();
  const isPacket = registers.some((register) => typesOf(state, register).includes("packet"));
  const maybeNull = registers.filter(
    (register) =>
      (state.typesOf(register) & ((1 << T_SHARED) | (1 << T_NUMBER))) === 1 << T_SHARED &&
      lines.some((line) => line.startsWith(`r${register}.uvalue=[0,`)),
  );
  return [
    ...new Set([
      ...registers.map((register) => typeFact(state, register)),
      ...maybeNull.map((register) => `r${register} may be null`),
      ...registers.flatMap((register) => numbers(state, lines, register)),
      ...relations(state, lines, registers),
      ...(isPacket ? packetFact(lines) : []),
    ]),
  ];
}
