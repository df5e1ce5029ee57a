#!/usr/bin/env node
// A plug-in for the runner of https://github.com/Alan-Jowett/bpf_conformance: runs one program in the interpreter.
//
//   conformance-plugin.mjs ["00 01 …"] [--elf] [--trace]
//
// The first argument is the memory that r1 points to, in hexadecimal (none: r1 is 0). The program is read from standard
// input, in hexadecimal as well: machine code, or with --elf an object file. r0 goes to standard output, in
// hexadecimal; a message on standard error and exit code 1 mean that the program was refused or faulted. With --trace
// it is run one instruction at a time.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";

const root = resolve(import.meta.dirname, "..");

/** Helper functions of the suite's reference plug-in, by number. Arguments and results are unsigned. */
const helpers = new Map(
  Object.entries({
    // gather_bytes: five bytes, the first the most significant
    0: (_machine, ...five) => five.reduce((sum, byte) => (sum << 8n) | (byte & 0xffn), 0n),
    // memfrob: every byte at a changed with 42
    1: (machine, _address, length) => {
      const start = machine.access(1, Number(length), true);
      for (let at = start; at < start + Number(length); at++) machine.memory.bytes[at] ^= 42;
      return 0n;
    },
    2: () => 0n,
    // sqrti
    3: (_machine, square) => BigInt(Math.floor(Math.sqrt(Number(square)))),
    // strcmp
    4: (machine) => {
      for (let at = 0; ; at++) {
        const [x, y] = [1, 2].map((r) => machine.memory.bytes[byteAt(machine, r, at)]);
        if (x !== y) return BigInt(x - y);
        if (x === 0) return 0n;
      }
    },
    // unwind: ends the program when it returns 0
    5: (machine, result) => {
      if (result === 0n) machine.exit();
      return result;
    },
  }).map(([id, helper]) => [Number(id), (machine) => call(machine, helper)]),
);

function call(machine, helper) {
  const values = [1, 2, 3, 4, 5].map((r) => register(machine, r));
  const result = BigInt.asUintN(64, helper(machine, ...values));
  machine.lo[0] = Number(result & 0xffff_ffffn);
  machine.hi[0] = Number(result >> 32n);
}

function register({ lo, hi }, r) {
  return (BigInt(hi[r] >>> 0) << 32n) | BigInt(lo[r] >>> 0);
}

function byteAt(machine, r, offset) {
  const address = register(machine, r) + BigInt(offset);
  if (machine.regions.find(Number(address), 1, false) === undefined) throw machine.faultHere(`no byte at ${address}`);
  return Number(address);
}

function bytes(hexadecimal) {
  return Uint8Array.from(hexadecimal.match(/[0-9a-fA-F]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16));
}

async function main(args) {
  if (!existsSync(resolve(root, "lib/vm/index.js"))) {
    // Standard output is for the answer alone.
    spawnSync(process.execPath, [resolve(root, "scripts/setup.mjs")], { stdio: ["ignore", 2, 2] });
  }
  const { link, Machine, Memory, Regions } = await import("../lib/vm/index.js");
  const content = bytes(args.find((arg) => !arg.startsWith("--")) ?? "");
  const program = bytes(await text(process.stdin));
  const code = args.includes("--elf") ? await codeOf(program) : program;

  const memory = new Memory({ limit: 64 * 1024 * 1024 });
  const regions = new Regions();
  const machine = new Machine({ memory, regions });
  let start = 0;
  if (content.length > 0) {
    start = memory.allocate(content.length, "data");
    memory.bytes.set(content, start);
    regions.add({ kind: "context", name: "memory", start, end: start + content.length, writable: true });
  }
  const executable = link(code, { helpers });
  if (args.includes("--trace")) for (const _step of machine.trace(executable, start, content.length));
  else machine.run(executable, start, content.length);
  console.log(register(machine, 0).toString(16));
}

async function codeOf(object) {
  const { parse } = await import("../lib/elf/index.js");
  const [program] = parse(object).programs;
  return program.code;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
