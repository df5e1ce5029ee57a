import { expect, test } from "vitest";
import { assemble } from "../../src/isa/index.ts";
import type { Reference } from "../../src/spec/index.ts";
import { verify } from "../../src/verifier/index.ts";
import { programOf } from "./assembled.ts";

const LOOKUP = "stdw [%r10-8], 0\nlddw.map %r1, 1\nmov %r2, %r10\nadd %r2, -8\ncall 1\nmov %r0, 0\nexit\n";
const LOOP = "mov %r1, 10\nlddw %r2, 0\nmov %r3, 0\nmov %r4, 0\ncall 181\nmov %r0, 0\nexit\nmov %r0, 0\nexit\n";

// Both versions of PREVAIL say this of such object files (clang 19: `static` maps, `static` and global callbacks).
test.each<[string, string, Reference, string, string | undefined]>([
  [
    "a map of which the file names the section alone",
    LOOKUP,
    { slot: 1, kind: "map", map: "h", unnamed: 32 },
    "5: Invalid type (r1.type == map_fd)",
    undefined,
  ],
  [
    "a function of which the file names the section alone",
    LOOP,
    { slot: 1, kind: "function", target: 8, unnamed: 0 },
    "5: Invalid type (r2.type == func)",
    undefined,
  ],
  [
    "the address of a function by its symbol",
    LOOP,
    { slot: 1, kind: "function", target: 8, named: true },
    "error: Unresolved symbols found.",
    "load",
  ],
])("given %s, then it is refused as PREVAIL refuses it", async (_, text, reference, error, stage) => {
  const { object, program } = programOf(assemble(text), "xdp", "linux");
  for (const dialect of ["windows-1.6", "latest"] as const) {
    const report = await verify(object, { ...program, references: [reference] }, { dialect });
    expect(report.errorAt === undefined ? report.firstError : `${report.errorAt}: ${report.firstError}`).toBe(error);
    if (stage !== undefined) expect(report.stage).toBe(stage);
    expect(report.findings[0]?.suggestion).toMatch(/without `static`|call the function itself/);
  }
});

// PREVAIL passes such a program as long as the call is dead (clang 19: a `__weak` function in .ksyms).
test("given a weak function that the kernel may not have, then a call behind a test of it passes, and a strong one is refused", async () => {
  const text = "lddw %r1, 0\njeq %r1, 0, out\ncall 77\nout: mov %r0, 0\nexit\n";
  const { object, program } = programOf(assemble(text), "xdp", "linux");
  const reference = { slot: 3, kind: "kernel-function", name: "bpf_nowhere" } as const;
  const judged = (found: Reference) => verify(object, { ...program, references: [found] }, { dialect: "latest" });
  expect((await judged({ ...reference, weak: true })).verdict).toBe("pass");
  expect((await judged(reference)).firstError).toBe("error: Unresolved symbols found.");
});
