import type { State } from "../domain/index.ts";
import { ALL_TYPES, type Register, T_UNINIT, VALUE_TYPES } from "../ir/index.ts";
import { typeWords } from "./circumstances.ts";

/** Offsets and sizes by type, and what they are called here. */
const NUMBERS: Readonly<Record<string, string>> = {
  svalue: "as a signed number",
  uvalue: "as an unsigned number",
  ctx_offset: "bytes into the context",
  packet_offset: "bytes into the packet",
  shared_offset: "bytes into the map value",
  shared_region_size: "bytes in the map value",
  stack_offset: "of the stack's 4096 bytes",
};

function typeFact(state: State, register: Register): string {
  const types = state.typesOf(register);
  if (types === ALL_TYPES || types === 1 << T_UNINIT) return `r${register} was never written`;
  const words = VALUE_TYPES.filter((_, bit) => (types & (1 << bit)) !== 0).map(typeWords);
  return `r${register} ${words.join(" or ")}`;
}

/** Lines of the invariant that name a register, as it stands in them: `r1.packet_offset=14`. */
function linesAbout(lines: readonly string[], register: Register): string[] {
  const name = new RegExp(`(^|[^0-9a-z/])r${register}\\.(?!type)`);
  return lines.filter((line) => name.test(line));
}

const RANGE = /^r(\d+)\.([a-z_]+)=(\[.*\]|-?\d+)$/;

function readable(line: string): string {
  const match = RANGE.exec(line);
  if (match === null) return line;
  const [, register, kind = "", value = ""] = match;
  const words = NUMBERS[kind];
  return words === undefined ? line : `r${register} is ${value.replace(", ", " to ")} ${words}`;
}

/** What is known of some registers, for people: first what they are, then their numbers and relations. */
export function factsAbout(state: State, registers: readonly Register[]): string[] {
  const lines = state.toStrings();
  const facts = registers.map((register) => typeFact(state, register));
  const packet = lines.filter((line) => /^packet_size/.test(line));
  const numbers = registers.flatMap((register) => linesAbout(lines, register)).map(readable);
  const needsPacket = registers.some((register) => lines.some((line) => line.startsWith(`r${register}.packet_offset`)));
  return [...new Set([...facts, ...numbers, ...(needsPacket ? packet : [])])];
}
