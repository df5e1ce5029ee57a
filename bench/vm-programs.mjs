// The programs of the bench and their input, with the instructions that facts/vm.md counted in a run of each: our own
// programs for the same work repeat it until they have about as many.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "../lib/elf/index.js";

/** struct input of programs/bench.h: u32 repeat, u32 length, packet. */
export const HEADER = 8;
export const INPUT = 1536;

/**
 * `table`: instructions of a run, or of one invocation of the parser. `isApart`: not in the means, which are over the
 * seven programs without maps and atomics.
 */
export const programs = [
  { name: "alu64", table: 170.0e6, length: 64 },
  { name: "alu32", table: 210.0e6, length: 64 },
  { name: "checksum", table: 52.6e6, length: 1500 },
  // The kernel's verifier gives up on it, after a million instructions, however often it is repeated.
  { name: "sort", table: 14.8e6, length: 64 },
  // In the kernel, pointers to a packet are compared with its end: there it is the parser by the invocation.
  { name: "parse", table: 91, invocations: 250_000, length: 98, kernelProgram: "packet" },
  { name: "calls", table: 36.0e6, length: 64 },
  { name: "siphash", table: 47.1e6, length: 64 },
  { name: "atomic", table: 10.0e6, length: 64, isApart: true },
  { name: "arraymap", table: 20.0e6, length: 64, isApart: true, map: 2 },
  { name: "hashmap", table: 20.0e6, length: 64, isApart: true, map: 1 },
];

/** Machine code of a program; `lddw` of the map has source 1 and the map's type in its immediate. */
export function codeOf({ name, map }, bytes = readFileSync(resolve(import.meta.dirname, "programs", `${name}.o`))) {
  const [program] = parse(bytes).programs;
  const code = program.code.slice();
  const slots = (program.references ?? []).map(({ slot }) => slot);
  for (const slot of slots) {
    code[slot * 8 + 1] = (code[slot * 8 + 1] & 15) | 0x10;
    new DataView(code.buffer).setInt32(slot * 8 + 4, map, true);
  }
  return { code, slots };
}

/** Any bytes, under Ethernet, IPv6 and UDP. */
function packet() {
  let state = 12_345;
  const bytes = Uint8Array.from({ length: INPUT - HEADER }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
  bytes.set([0x86, 0xdd], 12);
  bytes[14 + 6] = 17;
  return bytes;
}

export function input(repeat, length) {
  const bytes = new Uint8Array(INPUT);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, repeat, true);
  view.setUint32(4, length, true);
  bytes.set(packet(), HEADER);
  return bytes;
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

export function geomean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
