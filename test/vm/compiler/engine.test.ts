import { describe, expect, test } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import {
  BudgetError,
  type EngineName,
  FaultError,
  type LinkOptions,
  link,
  Machine,
  type MachineOptions,
  Memory,
  Regions,
} from "../../../src/vm/index.ts";

const BYTES = 64;

function setUp(engine: EngineName, more: Partial<MachineOptions> = {}) {
  const memory = more.memory ?? new Memory();
  const regions = new Regions();
  const start = memory.allocate(BYTES, "data");
  regions.add({ kind: "context", name: "context", start, end: start + BYTES, writable: true });
  const machine = new Machine({ memory, regions, engine, ...more });
  const program = (text: string, options: Partial<LinkOptions> = {}) =>
    link(assemble(text), { helpers: new Map(), name: "it", ...options });
  return { memory, regions, machine, start, program };
}

const loop = `
mov %r0, 0
mov %r2, 100000
add %r0, 3
sub %r2, 1
jne %r2, 0, -3
exit`;

describe("engines", () => {
  test("given auto, then a program is compiled once it has run for long enough", () => {
    const { machine, program } = setUp("auto");
    const executable = program(loop);
    expect(machine.run(executable, 0)).toBe(300_000);
    expect(machine.isCompiled(executable)).toBe(false);
    machine.run(executable, 0);
    const { instructions } = machine;
    expect(machine.run(executable, 0)).toBe(300_000);
    expect(machine.isCompiled(executable)).toBe(true);
    expect(machine.instructions).toBe(instructions);
  });

  test("given no memory for compiled code, then the interpreter runs the program, and there is a reason", () => {
    const memory = new Memory({ limit: 17 * 65_536 });
    const { machine, program } = setUp("compiled", { memory });
    const executable = program(loop);
    const fill = () => {
      for (;;) memory.allocate(64, "metadata");
    };
    expect(fill).toThrow(/no room/);
    expect(machine.run(executable, 0)).toBe(300_000);
    expect(machine.fallbackOf(executable)).toMatch(/no room/);
  });

  test("given a loop with two ways in, then it is compiled too", () => {
    const { machine, program } = setUp("compiled");
    const executable = program(`
mov %r0, 0
mov %r2, 10
jeq %r1, 0, +1
add %r0, 100
add %r0, 1
sub %r2, 1
jgt %r2, 5, -4
jne %r2, 0, -4
exit`);
    const expected = setUp("interpreter").machine;
    for (const r1 of [0, 1]) expect(machine.run(executable, r1)).toBe(expected.run(executable, r1));
    expect(machine.fallbackOf(executable)).toBeUndefined();
  });

  test("given an endless loop, then the budget ends it where the interpreter would", () => {
    const text = "mov %r0, 0\nadd %r0, 1\nja -2\nexit";
    const errors = (["interpreter", "compiled"] as const).map((engine) => {
      const { machine, program } = setUp(engine);
      try {
        machine.run(program(text), 0, 0, { instructions: 1_000_000 });
      } catch (error) {
        return error instanceof BudgetError ? [error.message, error.pc, error.registers] : error;
      }
      return undefined;
    });
    expect(errors[1]).toEqual(errors[0]);
  });

  test("given an endless loop and a deadline, then it ends soon after", () => {
    const { machine, program } = setUp("compiled");
    const begin = performance.now();
    const run = () => machine.run(program("ja -1\nexit"), 0, 0, { deadline: 20 });
    expect(run).toThrow(/deadline of 20 ms/);
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

test("given a program that is forgotten while it runs, then its run ends as it would, and its memory is free", () => {
  const { machine, memory, program } = setUp("compiled");
  const used = memory.used;
  const helpers = new Map([[1, (of: Machine) => of.forget(executable)]]);
  const executable = program("mov %r6, 5\ncall 1\nmov %r0, %r6\nexit", { helpers });
  expect(machine.run(executable, 0)).toBe(5);
  expect(memory.used).toBe(used);
});

describe("checks of region mode", () => {
  test("given an access past the end after one that is allowed, then the first is done and the second faults", () => {
    const { machine, memory, start, program } = setUp("compiled");
    const executable = program("stw [%r1+60], 7\nstw [%r1+64], 8\nmov %r0, 1\nexit");
    for (let run = 0; run < 4; run++) {
      memory.data.setUint32(start + 60, 0, true);
      expect(() => machine.run(executable, start)).toThrow(FaultError);
      expect(memory.data.getUint32(start + 60, true)).toBe(7);
    }
  });

  test("given a region that is moved, then checks hold for where it is", () => {
    const { machine, memory, regions, program } = setUp("compiled");
    const at = memory.allocate(256, "data");
    const packet = regions.add({ kind: "packet", name: "packet", start: at, end: at + 64, writable: true });
    const executable = program("ldxw %r0, [%r1+56]\nexit");
    machine.run(executable, at);
    regions.move(packet, at + 64, at + 128);
    expect(() => machine.run(executable, at)).toThrow(/before the start of packet/);
    expect(machine.run(executable, at + 64)).toBe(0);
  });

  test("given a read-only region, then writes fault after reads have succeeded", () => {
    const { machine, memory, regions, program } = setUp("compiled");
    const at = memory.allocate(64, "data");
    regions.add({ kind: "global", name: "constants", start: at, end: at + 64, writable: false });
    expect(machine.run(program("ldxw %r0, [%r1+8]\nexit"), at)).toBe(0);
    expect(() => machine.run(program("ldxw %r0, [%r1+8]\nstw [%r1+8], 1\nexit"), at)).toThrow(/read-only/);
  });
});

test("given no checks and a wild pointer, then the run faults and nothing outside of the memory is touched", () => {
  const { machine, program } = setUp("compiled", { checks: "none" });
  expect(() => machine.run(program("lddw %r1, 0xfffffff0\nstdw [%r1+0], 1\nexit"), 0)).toThrow(FaultError);
});
