// What runs the programs of the bench: each engine is a function from an input to milliseconds and r0's low half.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { HashTable } from "../lib/simulated/index.js";
import { link, Machine, Memory, Regions } from "../lib/vm/index.js";
import { codeOf, HEADER, INPUT, input } from "./vm-programs.mjs";

const LOOKUP = 1;
const ENTRIES = 1024;
/** Rounds of a loop that the Linux kernel's verifier is asked to walk. */
const KERNEL_REPEAT = 16;
/** Runs of which a peer in another process says the best. */
const INNER = 7;

/** The two maps of the programs in the simulated kernel's memory, and the helper that looks up in them. */
function mapsIn(memory, regions) {
  const values = memory.allocate(8 * ENTRIES, "data");
  regions.add({
    kind: "map-value",
    name: "array",
    start: values,
    end: values + 8 * ENTRIES,
    writable: true,
    stride: 8,
  });
  const table = new HashTable(
    { memory, random: { next: () => 4711 }, retire: (free) => free() },
    { keySize: 4, valueSize: 8, maxEntries: ENTRIES, visible: { regions, name: "hash", size: 8 } },
  );
  table.prepare();
  const scratch = memory.allocate(16, "metadata");
  const handles = { 1: memory.allocate(8, "metadata"), 2: memory.allocate(8, "metadata") };
  const fill = () => {
    for (let key = 0; key < ENTRIES; key++) {
      const { data } = memory;
      data.setUint32(scratch, key, true);
      data.setBigUint64(scratch + 8, BigInt(key), true);
      table.update(scratch, scratch + 8, 0);
      memory.data.setBigUint64(values + 8 * key, BigInt(key), true);
    }
  };
  const helper = (machine) => {
    const key = machine.access(2, 4, false);
    const index = memory.data.getUint32(key, true);
    const isHash = machine.lo[1] === handles[1];
    machine.lo[0] = isHash ? table.find(key) : index < ENTRIES ? values + 8 * index : 0;
    machine.hi[0] = 0;
  };
  const lookups = new Map([
    [handles[1], { kind: "hash", keySize: 4, valueSize: 8, ...table.buckets }],
    [handles[2], { kind: "array", keySize: 4, valueSize: 8, values, stride: 8, entries: ENTRIES }],
  ]);
  return { fill, helper, lookups, handles };
}

/** `proof`: accesses that the verifier proved, which are then not checked. */
export function ours(program, { proof, ...options }, { code, slots } = codeOf(program)) {
  const memory = new Memory();
  const regions = new Regions();
  const machine = new Machine({ memory, regions, ...options });
  const start = memory.allocate(INPUT, "data");
  regions.add({ kind: "context", name: "input", start, end: start + INPUT, writable: true });
  const maps = program.map === undefined ? undefined : mapsIn(memory, regions);
  const executable = link(code, {
    helpers: new Map(maps === undefined ? [] : [[LOOKUP, maps.helper]]),
    addresses: new Map(slots.map((slot) => [slot, maps.handles[program.map]])),
    ...(maps === undefined ? {} : { lookups: maps.lookups }),
    ...(proof === undefined ? {} : { proof }),
  });
  return (bytes) => {
    memory.bytes.set(bytes, start);
    maps?.fill();
    const begin = performance.now();
    const r0 = machine.run(executable, start, INPUT);
    const milliseconds = performance.now() - begin;
    const reason = machine.fallbackOf(executable);
    if (reason !== undefined) throw new Error(reason);
    return { milliseconds, r0, instructions: machine.instructions };
  };
}

/** The best of a few rounds that a peer prints, a line each: nanoseconds, r0. */
function best(output) {
  const rounds = output
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  const milliseconds = Math.min(...rounds.map(([nanoseconds]) => Number(nanoseconds) / 1e6));
  return { milliseconds, r0: Number(BigInt.asUintN(32, BigInt(rounds[0][1]))) };
}

export function ubpf(driver, mode, folder, program) {
  const { code, slots } = codeOf(program);
  // Its loader knows no maps: to the helper, they are numbers.
  for (const slot of slots) code[slot * 8 + 1] &= 15;
  const file = join(folder, `${program.name}.code`);
  const memory = join(folder, "memory");
  writeFileSync(file, code);
  return (bytes) => {
    writeFileSync(memory, bytes);
    return best(execFileSync(driver, [mode, file, memory, String(INNER)], { encoding: "utf8", stdio: "pipe" }));
  };
}

/** The program compiled for this machine, where there is a clang; undefined where there is none. */
export function native(compiler, folder, { name }) {
  if (compiler === undefined) return undefined;
  const source = resolve(import.meta.dirname, "drivers/native.c");
  const output = join(folder, `native-${name}`);
  const defines = [`-DPROGRAM="${name}.c"`, `-DFUNCTION=${name}`, "-I", resolve(import.meta.dirname, "programs")];
  const { status, stderr } = spawnSync(compiler, ["-O2", "-w", ...defines, source, "-o", output], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const memory = join(folder, "memory");
  return (bytes) => {
    writeFileSync(memory, bytes);
    return best(execFileSync(output, [memory, String(INNER)], { encoding: "utf8" }));
  };
}

/** Loads the packet's pointers, and makes r1 and r2 what the program expects of them. */
const XDP_PROLOGUE = [
  [0x61, 0x12, 0, 0],
  [0x61, 0x13, 4, 0],
  [0xbf, 0x24, 0, 0],
  [0x07, 0x04, 0, INPUT],
  [0xbd, 0x34, 2, 0],
  [0xb7, 0x00, 0, 0],
  [0x95, 0x00, 0, 0],
  [0xbf, 0x21, 0, 0],
  [0xb7, 0x02, 0, INPUT],
];

export function slotsOf(rows) {
  const code = new Uint8Array(rows.length * 8);
  const view = new DataView(code.buffer);
  for (const [slot, [opcode, registers, offset, immediate]] of rows.entries()) {
    code.set([opcode, registers], slot * 8);
    view.setInt16(slot * 8 + 2, offset, true);
    view.setInt32(slot * 8 + 4, immediate, true);
  }
  return code;
}

/** A request for drivers/kernel.c. */
export function request(code, data, repeat = 1, map = new Uint8Array(0)) {
  const head = Buffer.from(Uint32Array.of(code.length / 8, data.length, repeat, map.length).buffer);
  return Buffer.concat([head, code, data, map]);
}

/**
 * The program in the Linux kernel, with loops short enough for its verifier; undefined where that refuses it.
 * A run is nanoseconds by instruction, the kernel's own overhead of an invocation taken off.
 */
export function kernel(driver, compiler, folder, program) {
  if (driver === undefined || compiler === undefined) return undefined;
  const { name, kernelProgram = name } = program;
  const isPacket = kernelProgram !== name;
  const object = join(folder, `kernel-${name}.o`);
  const source = resolve(import.meta.dirname, "programs", `${kernelProgram}.c`);
  const flags = ["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-w", isPacket ? "-DLINUX" : `-DREPEAT=${KERNEL_REPEAT}`];
  if (spawnSync(compiler, [...flags, "-c", source, "-o", object]).status !== 0) return undefined;
  const made = codeOf(program, readFileSync(object));
  const prologue = slotsOf(isPacket ? [] : XDP_PROLOGUE);
  const code = Buffer.concat([prologue, made.code]);
  const empty = Buffer.concat([
    prologue,
    slotsOf([
      [0xb7, 0, 0, 0],
      [0x95, 0, 0, 0],
    ]),
  ]);
  const counted = ours(program, { engine: "interpreter" }, isPacket ? codeOf(program) : made);
  /** Of an invocation; the parser's are those of one round where it goes round. */
  const count = (bytes) =>
    isPacket
      ? counted(input(2, program.length)).instructions - counted(input(1, program.length)).instructions
      : counted(bytes).instructions;
  const dataOf = (bytes) => (isPacket ? bytes.subarray(HEADER, HEADER + program.length) : bytes);
  const ask = (machineCode, data) => {
    const { stdout, status } = spawnSync(driver, { input: request(machineCode, data, 20_000), maxBuffer: 1 << 22 });
    if (status !== 0 || stdout.length < 20) return undefined;
    const [error, stage, , duration] = new Uint32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + 20));
    return error === 0 && stage === 0 ? duration : undefined;
  };
  return (bytes) => {
    const instructions = count(bytes);
    const duration = ask(code, dataOf(bytes));
    const base = ask(empty, dataOf(bytes));
    if (duration === undefined || base === undefined) return undefined;
    return { nanoseconds: Math.max(0, duration - base) / instructions };
  };
}
