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

test("given a record of line 0, then its slot has no line of its own, and the line before goes on", () => {
  const [program] = programs;
  const [first, second] = program?.lines ?? [];
  if (first === undefined || second === undefined) throw new Error("the fixture has lines");
  const changed = Buffer.from(readFileSync(new URL("fixtures/globals.o", import.meta.url)));
  // A record is the byte offset of an instruction, two names, and the line with its column in the low ten bits.
  const place = (second.line << 10) | second.column;
  const at = Array.from({ length: changed.length - 16 }, (_, offset) => offset).find(
    (offset) => changed.readUInt32LE(offset) === second.slot * 8 && changed.readUInt32LE(offset + 12) === place,
  );
  if (at === undefined) throw new Error("the fixture has the record");
  changed.writeUInt32LE(0, at + 12);
  const [reread] = parse(changed).programs;
  expect(reread?.unplaced).toEqual([{ slot: second.slot, file: second.file }]);
  expect(reread?.lines).toEqual(program?.lines.filter((line) => line !== second));
});
