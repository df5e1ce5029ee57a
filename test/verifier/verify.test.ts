import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { assemble } from "../../src/isa/index.ts";
import type { ObjectSpec } from "../../src/spec/index.ts";
import { verify, verifyAll } from "../../src/verifier/index.ts";
import { programOf } from "./assembled.ts";

const countPorts = (): ObjectSpec => parse(readFileSync(join(import.meta.dirname, "../programs/count_ports.o")));

/** Nested loops whose bounds depend on each other: long to analyse. */
const LONG = `
mov %r6, 0
a: mov %r7, 0
b: mov %r8, 0
c: mov %r9, 0
d: add %r9, 1
jlt %r9, 100, d
add %r8, 1
jlt %r8, 100, c
add %r7, 1
jlt %r7, 100, b
add %r6, 1
jlt %r6, 100, a
mov %r0, 0
exit
`;

describe("given the example that counts ports", () => {
  test("verify accepts it and says how long a run can be", async () => {
    const object = countPorts();
    const [program] = object.programs;
    if (program === undefined) throw new Error("no program");
    const report = await verify(object, program);
    expect(report.verdict).toBe("pass");
    expect(report.dialect).toBe("windows-1.6");
    expect(report.findings).toEqual([]);
    expect(report.statistics.worstCaseInstructions).toBeGreaterThan(5);
  });

  test("verifyAll gives one report for each program, in order", async () => {
    const object = countPorts();
    const reports = await verifyAll(object);
    expect(reports.map((report) => report.program)).toEqual(object.programs.map((program) => program.name));
  });

  test("a type that the platform does not know is an argument's fault", async () => {
    const object = countPorts();
    const [program] = object.programs;
    if (program === undefined) throw new Error("no program");
    await expect(verify(object, program, { type: "no_such" })).rejects.toMatchObject({
      code: "EBPF_INVALID_ARGUMENT",
      hint: expect.stringMatching(/^It has (\w+, )*xdp, /) as unknown,
    });
  });
});

describe("given a long analysis", () => {
  test("an abort signal ends it", async () => {
    const { object, program } = programOf(assemble(LONG));
    const signal = AbortSignal.timeout(20);
    await expect(verify(object, program, { signal })).rejects.toMatchObject({ code: "EBPF_ABORTED" });
  });

  test("the event loop gets its turn meanwhile", async () => {
    const { object, program } = programOf(assemble(LONG));
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await verify(object, program, { budget: { steps: 20_000 } });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  test("a budget ends it in a refusal that says so", async () => {
    const { object, program } = programOf(assemble(LONG));
    const report = await verify(object, program, { budget: { steps: 500 } });
    expect(report).toMatchObject({ verdict: "fail", stage: "budget" });
    expect(report.findings[0]?.reason).toContain("500 steps");
  });
});

describe("given a helper that there is not", () => {
  // ebpf-for-windows, libs/api_common/windows_helpers.cpp, and tests/sample/unsafe/invalid_helpers.c.
  test.each([
    [999, "error: helper prototype not found: 999"],
    [-5, "error: helper ID is negative: -5"],
  ])("call %i ends in the words of Windows' tables, with the instruction to blame", async (id, words) => {
    const { object, program } = programOf(assemble(`mov %r0, 0\ncall ${id}\nexit\n`));
    const report = await verify(object, program);
    expect(report).toMatchObject({ verdict: "fail", stage: "cfg", firstError: words });
    expect(report.findings[0]).toMatchObject({ category: "call", slot: 1 });
  });
});

test("given a store above the stack, the suggestion is about the place, not about a size", async () => {
  const { object, program } = programOf(assemble("mov %r2, %r10\nstw [%r2+32], 0\nmov %r0, 0\nexit\n"));
  const [finding] = (await verify(object, program)).findings;
  expect(finding?.reason).toContain("writes 4 bytes at r10+32");
  expect(finding?.suggestion).toContain("inside of the variable");
});
