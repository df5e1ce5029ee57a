// Compiled programs in all three modes of checking, beside uBPF's JIT when UBPF_DRIVER names the program that
// drivers/ubpf.c becomes; budget on.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "../lib/elf/index.js";
import { link, Machine, Memory, Regions } from "../lib/vm/index.js";
import { INPUT, input, median, programs, ROUNDS } from "./vm.mjs";

/** Left out of the means, which are of one program for each kind of work: the other checksum stands for both. */
const apart = "checksum16";
const modes = ["region", "arena", "none"];
/** Runs before anything is measured: enough for V8 to optimise what it compiled. */
const WARM = Number(process.env["BENCH_WARM"] ?? 20);

/** A function that runs machine code here, compiled: milliseconds, r0, instructions. */
function compiled(code, checks) {
  const memory = new Memory();
  const regions = new Regions();
  const machine = new Machine({ memory, regions, engine: "compiled", checks });
  const start = memory.allocate(INPUT, "data");
  regions.add({ kind: "context", name: "input", start, end: start + INPUT, writable: true });
  const executable = link(code, { helpers: new Map() });
  return (bytes) => {
    memory.bytes.set(bytes, start);
    const begin = performance.now();
    machine.run(executable, start, INPUT);
    const milliseconds = performance.now() - begin;
    const reason = machine.fallbackOf(executable);
    if (reason !== undefined) throw new Error(reason);
    const r0 = BigInt.asUintN(64, (BigInt(machine.hi[0]) << 32n) | BigInt(machine.lo[0] >>> 0));
    return { milliseconds, r0, instructions: machine.instructions };
  };
}

/** A function that runs machine code in uBPF: its best rounds' milliseconds, r0. */
function ubpf(driver, folder, code) {
  const file = join(folder, "code");
  const memory = join(folder, "memory");
  return (bytes) => {
    writeFileSync(file, code);
    writeFileSync(memory, bytes);
    const output = execFileSync(driver, ["jit", file, memory, String(WARM)], { encoding: "utf8", stdio: "pipe" });
    const rounds = output
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    return { milliseconds: median(rounds.map(([nanoseconds]) => Number(nanoseconds) / 1e6)), r0: BigInt(rounds[0][1]) };
  };
}

function geomean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Rows for main.mjs: a row for each mode of each program, then one for each mode's geometric mean. */
export async function compiledBench({ quick = false } = {}) {
  const driver = process.env["UBPF_DRIVER"];
  const folder = mkdtempSync(join(tmpdir(), "winbpf-bench-"));
  const only = process.env["BENCH_PROGRAMS"]?.split(",");
  const chosen = only === undefined ? programs : programs.filter(({ name }) => only.includes(name));
  try {
    const rows = chosen.flatMap(({ name, repeat, length }) => {
      const object = readFileSync(resolve(import.meta.dirname, "programs", `${name}.o`));
      const [{ code }] = parse(object).programs;
      const bytes = input(quick ? Math.ceil(repeat / 10) : repeat * 3, length);
      const ours = modes.map((checks) => ({ checks, run: compiled(code, checks), times: [] }));
      const peer = driver === undefined ? undefined : ubpf(driver, folder, code);
      const peerTimes = [];
      for (const { run } of ours) for (let warm = 0; warm < WARM; warm++) run(bytes);
      const { instructions } = ours[0].run(bytes);
      // In turns, so that all see the same machine.
      for (let round = 0; round < ROUNDS; round++) {
        const theirs = peer?.(bytes);
        if (theirs !== undefined) peerTimes.push(theirs.milliseconds);
        for (const { run, times, checks } of ours) {
          const { milliseconds, r0 } = run(bytes);
          times.push(milliseconds);
          if (theirs !== undefined && theirs.r0 !== r0) throw new Error(`${name}, ${checks}: ${r0}, uBPF ${theirs.r0}`);
        }
      }
      return ours.map(({ checks, times }) => row(`compiled, ${checks}: ${name}`, times, peerTimes, instructions));
    });
    return [...rows, ...(driver === undefined ? [] : means(rows))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function row(name, times, peerTimes, instructions) {
  const nanoseconds = (median(times) * 1e6) / instructions;
  const shared = { name, nanoseconds, unit: "instruction", instructions };
  if (peerTimes.length === 0) return shared;
  const peerNanoseconds = (median(peerTimes) * 1e6) / instructions;
  return { ...shared, peer: "uBPF's JIT", peerNanoseconds, ratio: nanoseconds / peerNanoseconds };
}

function means(rows) {
  return modes.map((checks) => {
    const own = rows.filter(({ name }) => name.startsWith(`compiled, ${checks}`) && !name.endsWith(apart));
    return {
      name: `compiled, ${checks}: geometric mean`,
      nanoseconds: geomean(own.map(({ nanoseconds }) => nanoseconds)),
      unit: "instruction",
      peer: "uBPF's JIT",
      ratio: geomean(own.map(({ ratio }) => ratio)),
    };
  });
}
