// The interpreter, on programs/*.o, beside uBPF's interpreter when UBPF_TEST names its ubpf_test binary: see README.md.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "../lib/elf/index.js";
import { link, Machine, Memory, Regions } from "../lib/vm/index.js";

export const ROUNDS = 5;
/** struct input of programs/bench.h: u32 repeat, u32 length, packet. */
const HEADER = 8;
export const INPUT = 1536;

/** Programs, how often each repeats its work, and bytes of packet it works on. */
export const programs = [
  { name: "alu64", repeat: 1_000_000, length: 64 },
  { name: "alu32", repeat: 1_000_000, length: 64 },
  { name: "checksum", repeat: 3_000, length: 1500 },
  { name: "checksum16", repeat: 7_000, length: 1500 },
  { name: "parse", repeat: 250_000, length: 98 },
  { name: "sort", repeat: 1_500, length: 64 },
  { name: "calls", repeat: 1_500_000, length: 64 },
  { name: "siphash", repeat: 30_000, length: 64 },
];

/** Any bytes, under a VLAN tag, IPv6 and UDP. */
function packet() {
  let state = 12_345;
  const bytes = Uint8Array.from({ length: INPUT - HEADER }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
  bytes.set([0x81, 0x00, 0x00, 0x05, 0x86, 0xdd], 12);
  bytes[18 + 6] = 17;
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
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** A function that runs `object` here: milliseconds, r0, instructions. */
function interpreter(object) {
  const [program] = parse(object).programs;
  const memory = new Memory();
  const regions = new Regions();
  const machine = new Machine({ memory, regions });
  const start = memory.allocate(INPUT, "data");
  regions.add({ kind: "context", name: "input", start, end: start + INPUT, writable: true });
  const executable = link(program.code, { helpers: new Map() });
  return (bytes) => {
    memory.bytes.set(bytes, start);
    const begin = performance.now();
    machine.run(executable, start, INPUT);
    const milliseconds = performance.now() - begin;
    const r0 = BigInt.asUintN(64, (BigInt(machine.hi[0]) << 32n) | BigInt(machine.lo[0] >>> 0));
    return { milliseconds, r0, instructions: machine.instructions };
  };
}

/** A function that runs an object file in uBPF's interpreter: milliseconds of the whole process, r0. */
function ubpf(binary, folder, name, file) {
  return (bytes) => {
    const memory = join(folder, "memory");
    writeFileSync(memory, bytes);
    const begin = performance.now();
    const output = execFileSync(binary, ["--mem", memory, "--main-function", name, file], { encoding: "utf8" });
    return { milliseconds: performance.now() - begin, r0: BigInt(output.trim()) };
  };
}

/** Rows for main.mjs; `quick` makes the runs ten times shorter. */
export async function vmBench({ quick = false } = {}) {
  const binary = process.env["UBPF_TEST"];
  const folder = mkdtempSync(join(tmpdir(), "winbpf-bench-"));
  try {
    return programs.map(({ name, repeat, length }) => {
      const file = resolve(import.meta.dirname, "programs", `${name}.o`);
      const times = quick ? Math.ceil(repeat / 10) : repeat;
      const ours = interpreter(readFileSync(file));
      const peer = binary === undefined ? undefined : ubpf(binary, folder, name, file);
      for (let warm = 0; warm < 3; warm++) ours(input(times, length));
      return compare(name, ours, peer, input(times, length), input(1, length));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(name, ours, peer, long, short) {
  // In turns, so that both see the same machine; a peer's run of one repetition is its start, and is taken off.
  const mine = [];
  const theirs = [];
  const { r0, instructions } = ours(long);
  for (let round = 0; round < ROUNDS; round++) {
    mine.push(ours(long).milliseconds);
    if (peer === undefined) continue;
    const answer = peer(long);
    if (answer.r0 !== r0) throw new Error(`${name}: uBPF returns ${answer.r0}, we return ${r0}`);
    theirs.push(answer.milliseconds - peer(short).milliseconds);
  }
  const nanoseconds = (median(mine) * 1e6) / instructions;
  const row = { name: `interpreter, ${name}`, nanoseconds, unit: "instruction", instructions };
  if (peer === undefined) return row;
  const peerNanoseconds = (median(theirs) * 1e6) / instructions;
  return { ...row, peer: "uBPF's interpreter", peerNanoseconds, ratio: nanoseconds / peerNanoseconds };
}
