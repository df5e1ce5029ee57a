// The virtual machine beside its peers, in one run: programs/*.c in the interpreter and compiled in all modes of
// checking, with the budget on; uBPF (UBPF_DRIVER names what drivers/ubpf.c becomes; UBPF_DRIVER_PLAIN one whose uBPF
// was built without retpolines), the Linux kernel (KERNEL_DRIVER, what drivers/kernel.c becomes; root), and clang -O2.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chart } from "./chart.mjs";
import { compileTimes } from "./vm-compile.mjs";
import { kernel, native, ours, ubpf } from "./vm-engines.mjs";
import { packetTimes } from "./vm-packets.mjs";
import { geomean, input, median, programs } from "./vm-programs.mjs";
import { accessesProvedOf } from "./vm-proofs.mjs";

const ROUNDS = 5;
const modes = ["region", "arena", "none"];
/** Runs before anything is measured, so that V8 has optimised what it compiled; and runs of which the best counts. */
const WARM = 12;
const INNER = 7;
/** The interpreters take this share of the work: they are far slower. */
const INTERPRETED = 0.1;

/** Checks of regions, but for what the verifier proved: of the programs that it accepts. */
const proved = "proved";
const isCompiled = (name) => name === proved || modes.includes(name);
const isOurs = (name) => name === "interpreter" || isCompiled(name);

const driver = (name) => {
  const path = process.env[name];
  return path !== undefined && existsSync(path) ? path : undefined;
};

function compiler() {
  return ["clang-19", "clang"].find((command) => spawnSync(command, ["--version"]).status === 0);
}

/** How often a program repeats its work to have as many instructions as the table says; and those of one repetition. */
function repeatOf(program) {
  const run = ours(program, { engine: "interpreter" });
  const few = run(input(10, program.length)).instructions;
  const each = (run(input(20, program.length)).instructions - few) / 10;
  return { each, repeat: program.invocations ?? Math.round(program.table / each) };
}

function enginesFor(program, drivers, folder, proof) {
  const { jit, plain, linux, clang } = drivers;
  const all = [
    { name: "interpreter", run: ours(program, { engine: "interpreter" }), share: INTERPRETED },
    ...modes.map((checks) => ({ name: checks, run: ours(program, { engine: "compiled", checks }) })),
  ];
  if (proof !== undefined)
    all.push({ name: proved, run: ours(program, { engine: "compiled", checks: "region", proof }) });
  if (jit !== undefined) {
    all.push({ name: "ubpf", run: ubpf(jit, "interpreter", folder, program), share: INTERPRETED });
    all.push({ name: "ubpfJit", run: ubpf(jit, "jit", folder, program) });
  }
  if (plain !== undefined && program.map !== undefined) {
    all.push({ name: "ubpfJitPlain", run: ubpf(plain, "jit", folder, program) });
  }
  const machine = native(clang, folder, program);
  if (machine !== undefined) all.push({ name: "native", run: machine });
  return { all, linux: kernel(linux, clang, folder, program) };
}

async function measure(program, drivers, folder, scale) {
  const { each, repeat } = repeatOf(program);
  const whole = Math.max(1, Math.round(repeat * scale));
  const { all, linux } = enginesFor(program, drivers, folder, await accessesProvedOf(program.name));
  const given = all.map(({ share = 1 }) => input(Math.max(1, Math.round(whole * share)), program.length));
  const counts = given.map((bytes) => ours(program, { engine: "compiled" })(bytes).instructions);
  const times = new Map(all.map(({ name }) => [name, []]));
  for (const { name, run } of all) {
    if (!isOurs(name)) continue;
    for (let warm = 0; warm < WARM; warm++)
      run(input(Math.ceil(repeat / 1000) * (isCompiled(name) ? 20 : 1), program.length));
  }
  const linuxTimes = [];
  // In turns, so that all see the same machine.
  for (let round = 0; round < ROUNDS; round++) {
    const answers = new Map();
    for (const [at, { name, run, share }] of all.entries()) {
      let best = Number.POSITIVE_INFINITY;
      for (let inner = 0; inner < (isOurs(name) ? INNER : 1); inner++) {
        const { milliseconds, r0 } = run(given[at]);
        best = Math.min(best, milliseconds);
        const known = answers.get(share) ?? r0;
        if (known !== r0) throw new Error(`${program.name}, ${name}: ${r0}, others ${known}`);
        answers.set(share, known);
      }
      times.get(name).push((best * 1e6) / counts[at]);
    }
    const inKernel = linux?.(input(1, program.length))?.nanoseconds;
    if (inKernel !== undefined) linuxTimes.push(inKernel);
  }
  const nanoseconds = Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
  if (linuxTimes.length > 0) nanoseconds.kernel = median(linuxTimes);
  const instructions = program.invocations === undefined ? each * repeat : each;
  return {
    name: program.name,
    apart: program.isApart === true,
    instructions: Math.round(instructions),
    table: program.table,
    deviation: instructions / program.table - 1,
    /** Nanoseconds an instruction. */
    nanoseconds,
    ratios: ratios(nanoseconds),
  };
}

function ratios(times) {
  if (times.ubpfJit === undefined) return {};
  const to = (name, peer) => [name, times[name] / times[peer]];
  return Object.fromEntries([
    ...modes.map((mode) => to(mode, "ubpfJit")),
    to("interpreter", "ubpf"),
    ...(times.ubpfJitPlain === undefined
      ? []
      : modes.map((mode) => [`${mode}Plain`, times[mode] / times.ubpfJitPlain])),
  ]);
}

function means(rows) {
  const counted = rows.filter(({ apart, ratios: own }) => !apart && own.region !== undefined);
  if (counted.length === 0) return undefined;
  const of = (name) => geomean(counted.map(({ ratios: own }) => own[name]));
  return {
    programs: counted.map(({ name }) => name),
    ...Object.fromEntries([...modes, "interpreter"].map((name) => [name, of(name)])),
  };
}

const columns = [
  "interpreter",
  "ubpf",
  "region",
  proved,
  "arena",
  "none",
  "ubpfJit",
  "ubpfJitPlain",
  "kernel",
  "native",
];
const titles = [
  "interpreter",
  "uBPF int.",
  "region",
  "proved",
  "arena",
  "none",
  "uBPF JIT",
  "no retp.",
  "kernel",
  "clang -O2",
];

function tableLines(rows, mean) {
  const cell = (value) => (value === undefined ? "-" : value.toFixed(value < 10 ? 3 : 1)).padStart(11);
  const lines = [
    "nanoseconds an instruction, medians of five; × uBPF's JIT in brackets",
    `${"".padEnd(10)}${"instructions".padStart(13)}${"table".padStart(8)}${titles.map((title) => title.padStart(11)).join("")}  region × none ×  int. ×`,
  ];
  for (const { name, instructions, deviation, nanoseconds, ratios: own } of rows) {
    const x = (value) => (value === undefined ? "-" : value.toFixed(2)).padStart(8);
    const percent = `${deviation < 0 ? "" : "+"}${(deviation * 100).toFixed(0)} %`;
    lines.push(
      `${name.padEnd(10)}${instructions.toLocaleString("en-US").padStart(13)}${percent.padStart(8)}${columns.map((column) => cell(nanoseconds[column])).join("")}${x(own.region)}${x(own.none)}${x(own.interpreter)}`,
    );
  }
  if (mean !== undefined) {
    const { region, arena, none, interpreter, programs: counted } = mean;
    lines.push(
      `geometric means over ${counted.join(", ")}: region ${region.toFixed(2)}, arena ${arena.toFixed(2)}, none ${none.toFixed(2)} × uBPF's JIT; interpreter ${interpreter.toFixed(2)} × uBPF's`,
    );
  }
  return lines;
}

/** The whole of it: `{ geomean, programs, compile, packet, replay, … }`, and `lines` that say it. */
export async function vmBench({ quick = false } = {}) {
  const drivers = {
    jit: driver("UBPF_DRIVER"),
    plain: driver("UBPF_DRIVER_PLAIN"),
    linux: process.getuid?.() === 0 ? driver("KERNEL_DRIVER") : undefined,
    clang: quick ? undefined : compiler(),
  };
  const folder = mkdtempSync(join(tmpdir(), "winbpf-bench-"));
  try {
    const only = process.env["BENCH_PROGRAMS"]?.split(",");
    const chosen = programs.filter(({ name }) => only === undefined || only.includes(name));
    const rows = [];
    for (const program of chosen) rows.push(await measure(program, drivers, folder, quick ? 0.02 : 1));
    const geomeans = means(rows);
    const compile = compileTimes({ driver: drivers.jit, folder, quick });
    const packet = await packetTimes({ driver: drivers.jit, folder, quick });
    const results = {
      node: process.version,
      cpu: cpus()[0]?.model,
      ...(geomeans === undefined ? {} : { geomean: geomeans }),
      programs: rows,
      compile: compile.rows,
      breakEven: compile.breakEven,
      packet: packet.single,
      replay: packet.replay,
    };
    if (!quick && geomeans !== undefined && only === undefined) {
      writeFileSync(resolve(import.meta.dirname, "results.json"), `${JSON.stringify(results, undefined, 2)}\n`);
      writeFileSync(
        resolve(import.meta.dirname, "results.svg"),
        chart(
          rows,
          `${results.cpu ?? "unknown processor"}, Node.js ${results.node}, clang -O2 and the kernel where they can run the program`,
        ),
      );
    }
    const lines = [...tableLines(rows, geomeans), "", ...compile.lines, "", ...packet.lines];
    // What is printed as JSON is the results alone.
    return Object.defineProperty(results, "lines", { value: lines, enumerable: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
