// What compiling costs, by size: module, instance and first call; beside uBPF's loading and compiling.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { link, Machine, Memory, Regions } from "../lib/vm/index.js";
import { slotsOf } from "./vm-engines.mjs";
import { INPUT, median } from "./vm-programs.mjs";

/** Instructions of a program, and how many such are compiled. */
const SIZES = [
  [100, 61],
  [1_000, 61],
  [10_000, 15],
  [50_000, 5],
];
/** Programs of some hundred instructions that are compiled before anything is measured: about what V8 needs. */
const WARM = 500;
const ROUNDS = 5;

/** What clang's code looks like, 20 instructions of it: loads, arithmetic, the stack, a branch over some of it. */
const pattern = (number) => [
  [0x61, 0x16, (number * 8) % 1400, 0],
  [0x71, 0x17, (number * 3) % 1400, 0],
  [0x0f, 0x60, 0, 0],
  [0xaf, 0x70, 0, 0],
  [0x67, 0x06, 0, 3],
  [0x57, 0x07, 0, 255],
  [0x7b, 0x6a, -8 - 8 * (number % 4), 0],
  [0x25, 0x07, 5, 128],
  [0x1f, 0x70, 0, 0],
  [0x77, 0x00, 0, 1],
  [0x0f, 0x60, 0, 0],
  [0x63, 0x71, (number * 4) % 1400, 0],
  [0x27, 0x07, 0, 31],
  [0x79, 0xa8, -8 - 8 * (number % 4), 0],
  [0x0f, 0x80, 0, 0],
  [0xbc, 0x09, 0, 0],
  [0x4f, 0x90, 0, 0],
  [0x0c, 0x76, 0, 0],
  [0xa7, 0x00, 0, number],
  [0x0f, 0x60, 0, 0],
];

/** `salt`: another program with the same instructions, for V8 knows modules again by their bytes. */
export function programOf(size, salt = 0) {
  const rows = [[0xb7, 0x00, 0, salt]];
  for (let number = 0; rows.length + 21 <= size; number++) rows.push(...pattern(number));
  while (rows.length < size - 1) rows.push([0x07, 0x00, 0, 1]);
  rows.push([0x95, 0, 0, 0]);
  return slotsOf(rows);
}

function world(engine) {
  const memory = new Memory();
  const regions = new Regions();
  const machine = new Machine({ memory, regions, engine });
  const start = memory.allocate(INPUT, "data");
  regions.add({ kind: "context", name: "input", start, end: start + INPUT, writable: true });
  return { machine, start };
}

/** Nanoseconds an instruction when the interpreter knows the program already. */
function interpretation({ machine, start }, code) {
  const executable = link(code, { helpers: new Map() });
  const runs = Math.ceil(200_000 / (code.length / 8));
  machine.run(executable, start, INPUT);
  const begin = performance.now();
  for (let run = 0; run < runs; run++) machine.run(executable, start, INPUT);
  const nanoseconds = ((performance.now() - begin) * 1e6) / (runs * machine.instructions);
  machine.forget(executable);
  return nanoseconds;
}

/** Milliseconds that V8 takes of what `action` does: to compile modules, to make instances, and in calls of their `run`. */
function timeInV8(action) {
  const { Module, Instance } = WebAssembly;
  let sum = 0;
  const timed = (part) => {
    const begin = performance.now();
    const result = part();
    sum += performance.now() - begin;
    return result;
  };
  WebAssembly.Module = function module(bytes) {
    return timed(() => new Module(bytes));
  };
  WebAssembly.Instance = function instance(module, imports) {
    const { exports } = timed(() => new Instance(module, imports));
    const { run } = exports;
    return { exports: run === undefined ? exports : { ...exports, run: (...given) => timed(() => run(...given)) } };
  };
  try {
    action();
  } finally {
    WebAssembly.Module = Module;
    WebAssembly.Instance = Instance;
  }
  return sum;
}

/** Milliseconds that a program takes which was never seen: to be linked; until its first call has returned, V8's part of it. */
function once({ machine, start }, code) {
  const begin = performance.now();
  const executable = link(code, { helpers: new Map() });
  const linked = performance.now();
  const v8 = timeInV8(() => machine.run(executable, start, INPUT));
  const first = performance.now() - linked;
  if (machine.fallbackOf(executable) !== undefined) throw new Error(machine.fallbackOf(executable));
  machine.forget(executable);
  return { linking: linked - begin, first, v8 };
}

function peerTime(driver, folder, code) {
  const file = join(folder, "compile.code");
  const memory = join(folder, "compile.memory");
  writeFileSync(file, code);
  writeFileSync(memory, new Uint8Array(INPUT));
  const { stderr } = spawnSync(driver, ["jit", file, memory, "1"], { encoding: "utf8" });
  const load = /load (\d+)/.exec(stderr ?? "");
  return load === null ? undefined : Number(load[1]) / 1e6;
}

/** Rows by size, and the break-even of tiers: instructions that the interpreter executes while one is compiled. */
export function compileTimes({ driver, folder, quick }) {
  const compiled = world("compiled");
  const interpreted = world("interpreter");
  const sizes = quick ? SIZES.slice(0, 3) : SIZES;
  for (let warm = 0; warm < (quick ? WARM / 5 : WARM); warm++) once(compiled, programOf(300 + warm));
  const rows = sizes.map(([size, count]) => {
    const code = programOf(size);
    const rounds = Math.ceil(count / (quick ? 3 : 1));
    const times = Array.from({ length: rounds }, (_, round) => once(compiled, programOf(size, round + 1)));
    const peers = Array.from({ length: driver === undefined ? 0 : ROUNDS }, () => peerTime(driver, folder, code));
    const slow = Array.from({ length: ROUNDS }, () => interpretation(interpreted, code));
    const firsts = times.map(({ first }) => first);
    const milliseconds = median(firsts);
    const interpreter = Math.min(...slow);
    return {
      instructions: size,
      milliseconds,
      best: Math.min(...firsts),
      /** V8's part of it: the module, its instance, and the first call, in which it makes code. */
      v8: median(times.map(({ v8 }) => v8)),
      v8Best: Math.min(...times.map(({ v8 }) => v8)),
      /** Apart: checking and decoding the program, for the interpreter too. */
      linking: median(times.map(({ linking }) => linking)),
      ...(peers.length > 0 && peers[0] !== undefined ? { ubpf: median(peers) } : {}),
      /** Instructions that the interpreter executes in that time. */
      breakEven: Math.round((milliseconds * 1e6) / interpreter),
    };
  });
  // A line through the small and the large one: a floor, and so much for each instruction.
  const [small, large] = [rows[0], rows.at(-1)];
  const each = (large.breakEven - small.breakEven) / (large.instructions - small.instructions);
  const breakEven = { floor: Math.round(small.breakEven - each * small.instructions), each: Math.round(each) };
  const lines = [
    "compile, instantiate and first call of programs never seen before, warm: medians",
    ...rows.map(({ instructions, milliseconds, best, v8, v8Best, linking, ubpf, breakEven: even }) => {
      const peer = ubpf === undefined ? "" : `, uBPF load and JIT ${ubpf.toFixed(3)} ms`;
      return `${instructions.toLocaleString("en-US").padStart(7)} instructions: ${milliseconds.toFixed(3)} ms (best ${best.toFixed(3)}), V8's part ${v8.toFixed(3)} (${v8Best.toFixed(3)}), linking before it ${linking.toFixed(3)}${peer}; the interpreter executes ${even.toLocaleString("en-US")} meanwhile`;
    }),
    `break-even: ${breakEven.floor.toLocaleString("en-US")} instructions, and ${breakEven.each} for each that the program has`,
  ];
  return { rows, breakEven, lines };
}
