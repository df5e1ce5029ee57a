import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";

const source = readFileSync(new URL("fixtures/globals.c", import.meta.url), "utf8").split("\n");
const { programs, btf } = parse(readFileSync(new URL("fixtures/globals.o", import.meta.url)));

test("given line information, then each line's text is that line of the source, in ascending slots", () => {
  for (const { lines, code } of programs) {
    expect(lines.length).toBeGreaterThan(3);
    for (const { file, line, text } of lines) {
      expect(file).toMatch(/globals\.c$/);
      expect(text.trim()).toBe(source[line - 1]?.trim());
    }
    const slots = lines.map((line) => line.slot);
    expect(slots).toEqual([...new Set(slots)].sort((a, b) => a - b));
    expect(slots.at(-1)).toBeLessThan(code.length / 8);
  }
});

test("given subprograms behind a program, then their lines and types come along", () => {
  const uses = programs.find((program) => program.name === "uses");
  const twice = uses?.functions.find((part) => part.name === "twice");
  expect(uses?.lines.find((line) => line.slot === twice?.start)?.text).toContain("int twice(int value)");
  expect(btf?.types[twice?.type ?? 0]).toMatchObject({ kind: "func", name: "twice" });
});
