import { describe, expect, test } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import {
  BudgetError,
  type EngineName,
  type Executable,
  FaultError,
  type LinkOptions,
  link,
  Machine,
  Memory,
  Regions,
} from "../../../src/vm/index.ts";

const engines = ["interpreter", "compiled"] as const;

function setUp(engine: EngineName) {
  const memory = new Memory();
  const machine = new Machine({ memory, regions: new Regions(), engine });
  const program = (text: string, options: Partial<LinkOptions> = {}) =>
    link(assemble(text), { helpers: new Map(), name: "it", ...options });
  return { machine, program };
}

/** What is seen of a run that ends, or does not; of each engine. */
function outcomes(run: (engine: EngineName) => { machine: Machine; result: () => number }): unknown[] {
  return engines.map((engine) => {
    const { machine, result } = run(engine);
    try {
      const value = result();
      return [value, machine.instructions];
    } catch (error) {
      if (!(error instanceof FaultError || error instanceof BudgetError)) throw error;
      return [error.code, error.message, error.pc, error.registers, machine.instructions];
    }
  });
}

/** Both engines do the same, and what that is. */
function same(run: Parameters<typeof outcomes>[0]): unknown {
  const [expected, compiled] = outcomes(run);
  expect(compiled).toEqual(expected);
  return expected;
}

/** A call of the helper whose number r6 holds, with 20 and 22. */
const callx = (number: number) => `mov %r6, ${number}\nmov %r1, 20\nmov %r2, 22\ncall %r6\nexit`;
const add = (machine: Machine) => {
  machine.lo[0] = machine.lo[1] + machine.lo[2];
  machine.hi[0] = 0;
};

describe("callx in compiled code", () => {
  const run = (number: number) => (engine: EngineName) => {
    const { machine, program } = setUp(engine);
    const executable = program(callx(number), { helpers: new Map([[7, add]]) });
    return { machine, result: () => machine.run(executable, 0) };
  };

  test("given a helper's number, then it is called", () => {
    expect(same(run(7))).toEqual([42, 5]);
  });

  test("given a number that no helper has, then the fault names it", () => {
    expect(same(run(8))).toEqual(["EBPF_FAULT", expect.stringContaining("no helper 8"), 3, expect.anything(), 3]);
  });
});

describe("tail calls in compiled code", () => {
  /** A program that calls itself again as often as r1 says, and one that goes on behind it. */
  function chain(engine: EngineName, times: number) {
    const { machine, program } = setUp(engine);
    const state: { left: number; self?: Executable; last?: Executable } = { left: times };
    const helpers = new Map([
      [
        12,
        (of: Machine) => {
          const next = state.left-- > 0 ? state.self : state.last;
          if (next !== undefined) of.tailCall(next);
        },
      ],
    ]);
    state.self = program("call 12\nmov %r0, 1\nexit", { helpers });
    state.last = program("mov %r0, %r1\nadd %r0, 5\nexit");
    const { self } = state;
    return { machine, result: () => machine.run(self, 37) };
  }

  test("given 33 in a row, then the last program's r1 is the first's, and each instruction is counted", () => {
    expect(same((engine) => chain(engine, 32))).toEqual([42, 33 + 3]);
  });

  test("given more than any stack has room for, then they do not pile up", () => {
    const { machine, result } = chain("compiled", 50_000);
    expect(result()).toBe(42);
    expect(machine.instructions).toBe(50_001 + 3);
  });
});

describe("budget and deadline in compiled code", () => {
  const inFunctions = `
mov %r6, 0
call local again
mov %r0, %r6
exit
again:
mov %r7, 1000
round:
add %r7, -1
jne %r7, 0, round
call local more
exit
more:
mov %r8, 500
there:
add %r8, -1
jne %r8, 0, there
exit`;

  test("given any budget, then a run with functions and loops ends where the interpreter ends it", () => {
    for (const instructions of [1, 2, 3, 10, 999, 2004, 2005, 2006, 2500, 3006, 3008, 3009, 3010]) {
      same((engine) => {
        const { machine, program } = setUp(engine);
        const executable = program(inFunctions);
        return { machine, result: () => machine.run(executable, 0, 0, { instructions }) };
      });
    }
  });

  test.each([
    ["calls of itself in a loop", "call local a\na:\nmov %r6, 5\nb:\nadd %r6, -1\nja a\nexit"],
    ["a loop in a function", "call local a\nexit\na:\nadd %r0, 1\nja a\nexit"],
  ])("given %s without end and a deadline, then it ends with EBPF_BUDGET_EXCEEDED soon after", (_name, text) => {
    const { machine, program } = setUp("compiled");
    const executable = program(text);
    const begin = performance.now();
    const run = () => machine.run(executable, 0, 0, { deadline: 30, instructions: 2 ** 40 });
    expect(run).toThrow(expect.objectContaining({ code: "EBPF_BUDGET_EXCEEDED" }));
    expect(run).toThrow(/deadline of 30 ms/);
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(machine.fallbackOf(executable)).toBeUndefined();
  });
});

describe("trace and coverage with compiled code", () => {
  const text = "mov %r6, 3\nmov %r0, 0\nround:\nadd %r0, %r6\nadd %r6, -1\njne %r6, 0, round\nexit";

  test("given code that is compiled, then its trace has the interpreter's steps, and it runs compiled again", () => {
    const [expected, steps] = engines.map((engine) => {
      const { machine, program } = setUp(engine);
      const executable = program(text);
      expect(machine.run(executable, 0)).toBe(6);
      const seen = [...machine.trace(executable, 0)].map(({ pc, registers }) => [pc, [...registers]]);
      expect(machine.run(executable, 0)).toBe(6);
      expect(machine.isCompiled(executable)).toBe(engine === "compiled");
      return seen;
    });
    expect(steps).toEqual(expected);
    expect(steps.map(([pc]) => pc)).toEqual([0, 1, 2, 3, 4, 2, 3, 4, 2, 3, 4, 5]);
  });

  test("given a watch, then it is told of every instruction of every run, however often the code ran before", () => {
    const { machine, program } = setUp("compiled");
    const executable = program(text);
    for (let run = 0; run < 5; run++) machine.run(executable, 0);
    const seen: number[] = [];
    machine.watch = (_executable, index) => seen.push(index);
    expect(machine.run(executable, 0)).toBe(6);
    machine.watch = undefined;
    expect(machine.run(executable, 0)).toBe(6);
    expect(seen).toEqual([0, 1, 2, 3, 4, 2, 3, 4, 2, 3, 4, 5]);
  });
});
