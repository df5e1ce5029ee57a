// Portable programs that our verifier accepts, in our interpreter, compiled in all modes, and in other machines: uBPF
// (interpreter and JIT; UBPF_DRIVER names what bench/drivers/ubpf.c becomes) and the Linux kernel (KERNEL_DRIVER,
// bench/drivers/kernel.c; root). Return value, packet and map are compared bit for bit.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dialects, MAP, PACKET_BYTES, portableProgram } from "./fuzz-vm-portable.mjs";

const MAP_BYTES = MAP.entries * MAP.valueSize;
/** Map type number and name of the map in the object that the verifier is given. */
const ARRAY = 2;
const NAME = "map";
const LOOKUP = 1;
const ANSWER_HEAD = 20;
const modes = ["region", "arena", "none"];

class World {
  constructor(vm, engine, checks, believes = false) {
    this.vm = vm;
    this.name = engine === "interpreter" ? engine : believes ? "proof" : checks;
    this.believes = believes;
    this.memory = new vm.Memory();
    this.regions = new vm.Regions();
    this.machine = new vm.Machine({ memory: this.memory, regions: this.regions, engine, checks });
    const add = (kind, bytes, more) => {
      const start = this.memory.allocate(bytes, "data");
      this.regions.add({ kind, name: kind, start, end: start + bytes, writable: true, ...more });
      return start;
    };
    this.context = add("context", 32);
    this.packet = add("packet", PACKET_BYTES);
    this.values = add("map-value", MAP_BYTES, { stride: MAP.valueSize });
    this.handle = this.memory.allocate(8, "metadata");
    this.helpers = new Map([[LOOKUP, (machine) => this.lookup(machine)]]);
    const { valueSize, entries } = MAP;
    this.lookups = new Map([
      [this.handle, { kind: "array", keySize: 4, valueSize, values: this.values, stride: valueSize, entries }],
    ]);
  }

  lookup(machine) {
    const index = this.memory.data.getUint32(machine.access(2, 4, false), true);
    machine.lo[0] = index < MAP.entries ? this.values + index * MAP.valueSize : 0;
    machine.hi[0] = 0;
  }

  run({ code, mapSlot }, packet, map, proof) {
    const addresses = new Map(mapSlot === undefined ? [] : [[mapSlot, this.handle]]);
    const { helpers, lookups } = this;
    const proved = this.believes ? { proof } : {};
    const executable = this.vm.link(code(dialects.windows), { helpers, lookups, addresses, ...proved });
    const { bytes, data } = this.memory;
    let answer;
    // Again with what compiled code learned.
    for (let run = 0; run < 2; run++) {
      bytes.set(packet, this.packet);
      bytes.set(map, this.values);
      bytes.fill(0, this.context, this.context + 32);
      data.setUint32(this.context, this.packet, true);
      data.setUint32(this.context + 8, this.packet + PACKET_BYTES, true);
      const value = this.machine.run(executable, this.context);
      const seen = `${value} ${hex(bytes.slice(this.packet, this.packet + PACKET_BYTES))} ${hex(bytes.slice(this.values, this.values + MAP_BYTES))}`;
      if (answer !== undefined && answer !== seen) return `${answer}, then ${seen}`;
      answer = seen;
    }
    const reason = this.machine.fallbackOf(executable);
    this.machine.forget(executable);
    return reason === undefined ? answer : `not compiled: ${reason}`;
  }
}

const hex = (bytes) => Buffer.from(bytes).toString("hex");

function request(code, data, map) {
  const head = Buffer.from(Uint32Array.of(code.length / 8, data.length, 1, map.length).buffer);
  return Buffer.concat([head, code, data, map]);
}

/** Answers of a driver: undefined where the machine refused the program. */
function answersOf(output, count) {
  const answers = [];
  let at = 0;
  for (let number = 0; number < count; number++) {
    const [error, stage, value, , length] = [0, 4, 8, 12, 16].map((offset) => output.readUInt32LE(at + offset));
    at += ANSWER_HEAD;
    const packet = output.subarray(at, at + length);
    const map = output.subarray(at + length, at + length + MAP_BYTES);
    at += length + MAP_BYTES;
    if (stage === 1) answers.push(undefined);
    else answers.push(stage === 2 ? `fails with ${error}` : `${value} ${hex(packet)} ${hex(map)}`);
  }
  return answers;
}

/** The driver that a variable names, where it works here: the kernel's needs more than the right user. */
const driverOf = (variable, args) => {
  const path = process.env[variable];
  if (path === undefined || !existsSync(path)) return undefined;
  const { status, stderr } = spawnSync(path, args, { input: "" });
  if (status === 0) return path;
  console.log(`${path} does not run here: ${stderr}`.trim());
  return undefined;
};

/** Runs portable programs everywhere; `vm` is what src/vm/index.ts exports. */
export class Judges {
  constructor(vm, accepts, every = 5) {
    this.accepts = accepts;
    this.every = every;
    this.worlds = [
      new World(vm, "interpreter", "region"),
      ...modes.map((checks) => new World(vm, "compiled", checks)),
      new World(vm, "compiled", "region", true),
    ];
    this.ubpf = driverOf("UBPF_DRIVER", ["stream"]);
    this.kernel = process.getuid?.() === 0 ? driverOf("KERNEL_DRIVER", []) : undefined;
    this.counts = { programs: 0, verified: 0, ubpf: 0, ubpfRefused: 0, kernel: 0, kernelRefused: 0 };
  }

  /** The first difference among cases `from` to `to`, in words; undefined where there is none. */
  async compare(make, from, to) {
    const cases = [];
    for (let index = from; index < to; index++) {
      if (index % this.every !== 0) continue;
      const { program, random } = make(index);
      const portable = portableProgram(program, random);
      const bytes = (length) => Uint8Array.from({ length }, () => random(256));
      const one = { index, portable, packet: bytes(PACKET_BYTES), map: bytes(MAP_BYTES) };
      this.counts.programs++;
      const proof = await this.accepts(portable.code(dialects.windows), portable.mapSlot);
      if (proof !== undefined) cases.push({ ...one, proof });
    }
    this.counts.verified += cases.length;
    const expected = [];
    for (const { index, portable, packet, map, proof } of cases) {
      const [first, ...others] = this.worlds.map((world) => ({
        name: world.name,
        seen: world.run(portable, packet, map, proof),
      }));
      expected.push(first.seen);
      for (const { name, seen } of others) {
        if (seen !== first.seen)
          return `portable case ${index}, ${name}:\n  interpreter ${first.seen}\n  compiled    ${seen}`;
      }
    }
    return this.#judge(cases, expected);
  }

  #judge(cases, expected) {
    const ask = (driver, args, dialect, answers) => {
      if (driver === undefined || cases.length === 0) return [];
      const input = Buffer.concat(
        cases.map(({ portable, packet, map }) => request(portable.code(dialect), packet, map)),
      );
      const { stdout, status, signal } = spawnSync(driver, args, { input, maxBuffer: 1 << 28 });
      if (status !== 0) throw new Error(`${driver} ended with ${status ?? signal}`);
      return answersOf(stdout, cases.length * answers);
    };
    const ubpf = ask(this.ubpf, ["stream"], dialects.number, 2);
    const kernel = ask(this.kernel, [], dialects.linux, 1);
    for (const [at, { index }] of cases.entries()) {
      const others = [
        ["ubpf", "uBPF's interpreter", ubpf[2 * at]],
        ["ubpf", "uBPF's JIT", ubpf[2 * at + 1]],
        ["kernel", "the Linux kernel", kernel[at]],
      ];
      for (const [key, name, answer] of others) {
        if ((key === "ubpf" ? ubpf : kernel).length === 0) continue;
        this.counts[answer === undefined ? `${key}Refused` : key]++;
        if (answer === undefined || answer === expected[at]) continue;
        return `portable case ${index}, ${name}:\n  ours   ${expected[at]}\n  theirs ${answer}`;
      }
    }
    return undefined;
  }
}

/** What our verifier proves of machine code as an XDP program, with or without the map; undefined where it refuses. */
export function acceptor(verify) {
  const map = {
    name: NAME,
    type: ARRAY,
    keySize: 4,
    valueSize: MAP.valueSize,
    maxEntries: MAP.entries,
    flags: 0,
    pinByName: false,
    section: ".maps",
    descriptor: 1,
  };
  return async (code, mapSlot) => {
    const program = {
      name: "fuzz",
      section: "xdp",
      sectionIndex: 1,
      type: "xdp",
      code,
      references: mapSlot === undefined ? [] : [{ slot: mapSlot, kind: "map", map: NAME }],
      functions: [],
      lines: [],
    };
    const maps = mapSlot === undefined ? [] : [map];
    const object = { platform: "windows", programs: [program], subprograms: [], maps, globals: [], btf: undefined };
    // Loops end by their counters: proving that takes longer than all else.
    const { verdict, proof } = await verify(object, program, { checkTermination: false, proof: true });
    // None where only the older dialect accepts: nothing is left out then.
    return verdict === "pass" ? (proof?.accesses ?? []) : undefined;
  };
}
