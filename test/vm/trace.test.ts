import { describe, expect, test } from "vitest";
import { assemble } from "../../src/isa/index.ts";
import { BudgetError, FaultError, type HelperFunction, link } from "../../src/vm/index.ts";
import { fixture, register } from "./fixture.ts";

const none: ReadonlyMap<number, HelperFunction> = new Map();

function traceOf(program: string, helpers = none, limits = {}) {
  const made = fixture({ helpers });
  const executable = link(assemble(program), { helpers, name: "main" });
  return { ...made, executable, steps: made.machine.trace(executable, made.packet.start, 64, limits) };
}

const program = `mov %r6, 3
loop:
stxw [%r1+4], %r6
call local twice
add %r6, -1
jne %r6, 0, loop
exit
twice:
mov %r0, %r6
add %r0, %r6
stdw [%r10-8], 1
exit`;

describe("trace", () => {
  test("given a program, then it yields every instruction that run executes, and leaves the same", () => {
    const { machine, executable, packet, steps, memory } = traceOf(program);
    const walked = [...steps];
    const after = [register(machine, 0), register(machine, 6), memory.bytes.slice(packet.start, packet.end)];
    expect(walked.length).toBe(machine.instructions);

    const returned = machine.run(executable, packet.start, 64);
    expect(machine.instructions).toBe(walked.length);
    expect([BigInt(returned), register(machine, 6), memory.bytes.slice(packet.start, packet.end)]).toEqual(after);
  });

  test("given its first round, then pc, depth, changed registers and written memory are as the code says", () => {
    const { packet, steps } = traceOf(program);
    const first = Array.from({ length: 8 }, () => steps.next().value);
    expect(first.map((step) => typeof step === "object" && [step.pc, step.depth])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [6, 1],
      [7, 1],
      [8, 1],
      [9, 1],
      [3, 0],
    ]);
    expect(first[0]).toMatchObject({ program: "main", registers: new Map([[6, 3n]]), written: undefined });
    expect(first[1]).toMatchObject({ written: { address: packet.start + 4, bytes: Uint8Array.of(3, 0, 0, 0) } });
    expect(first[7]).toMatchObject({ registers: new Map([[6, 2n]]) });
  });

  test("given an iteration that ends early, then the machine can run again", () => {
    const { machine, executable, packet, steps } = traceOf(program);
    for (const step of steps) if (step.pc === 3) break;
    expect(machine.run(executable, packet.start, 64)).toBe(2);
    expect([...machine.trace(executable, packet.start, 64)].length).toBe(machine.instructions);
  });

  test("given a fault, then the steps before it come first", () => {
    const { steps } = traceOf("mov %r1, 0\nldxb %r0, [%r1]\nexit");
    expect(steps.next().value).toMatchObject({ pc: 0 });
    expect(() => steps.next()).toThrow(FaultError);
  });

  test("given an instruction that jumps to itself, then the budget ends it", () => {
    const { steps } = traceOf("loop:\nja loop\nexit", none, { instructions: 5 });
    expect(() => [...steps]).toThrow(BudgetError);
  });

  test("given a tail call, then it goes on in the other program", () => {
    const second = link(assemble("mov %r0, 7\nexit"), { helpers: none, name: "second" });
    const { steps } = traceOf("call 5\nexit", new Map([[5, (machine) => machine.tailCall(second)]]));
    expect([...steps].map(({ program, pc }) => [program, pc])).toEqual([
      ["main", 0],
      ["second", 0],
      ["second", 1],
    ]);
  });
});
