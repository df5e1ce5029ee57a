import { describe, expect, test } from "vitest";
import { assemble } from "../../src/isa/index.ts";
import { type DialectName, type Report, verify } from "../../src/verifier/index.ts";
import { programOf } from "./assembled.ts";
import { DIALECT_PROGRAMS, type DialectProgram } from "./dialect-programs.ts";

function judged({ text, allowDivisionByZero = true }: DialectProgram, dialect?: DialectName): Promise<Report> {
  const { object, program } = programOf(assemble(text));
  return verify(object, program, { allowDivisionByZero, ...(dialect === undefined ? {} : { dialect }) });
}

function expectError(report: Report, message: string | undefined): void {
  expect(report.verdict).toBe(message === undefined ? "pass" : "fail");
  if (message !== undefined) expect(report.firstError).toContain(message);
}

for (const example of DIALECT_PROGRAMS) {
  describe(`given ${example.id}`, () => {
    test("windows-1.6 decides as the pinned verifier does", async () => {
      expectError(await judged(example, "windows-1.6"), example.windows);
    });

    test("latest decides as the newest does", async () => {
      expectError(await judged(example, "latest"), example.latest);
    });

    test("by default what only the newest refuses is accepted with a warning", async () => {
      const report = await judged(example);
      const isWarned = example.windows === undefined && example.latest !== undefined;
      expect(report.warnings.length > 0).toBe(isWarned);
    });
  });
}

test("given strictDialect, what only the newest refuses is refused", async () => {
  const [example] = DIALECT_PROGRAMS;
  if (example === undefined) throw new Error("no program");
  const { object, program } = programOf(assemble(example.text));
  const report = await verify(object, program, { strictDialect: true });
  expect(report.verdict).toBe("fail");
});
