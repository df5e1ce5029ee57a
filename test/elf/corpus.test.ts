import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { shared } from "../shared.ts";
import { refusal } from "./refusal.ts";

interface VerdictRow {
  readonly file: string;
  readonly section: string | null;
  readonly function: string | null;
  readonly program_type: string | null;
  readonly insns: number | null;
  readonly stage: string | null;
}

const folder = shared("conformance/prevail-corpus");

describe.skipIf(folder === undefined)("PREVAIL's corpus of objects for Linux", () => {
  const root = folder ?? "";
  const rows: readonly VerdictRow[] =
    folder === undefined ? [] : JSON.parse(readFileSync(join(root, "verdicts.json"), "utf8"));
  const files = [...new Set(rows.map((row) => row.file))];

  test("then the table speaks about every object of the folder", () => {
    const objects = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".o"));
    expect(objects.map((file) => file.replaceAll("\\", "/")).sort()).toEqual([...files].sort());
  });

  test.each(files)("%s has PREVAIL's programs: section, function, type and number of instructions", (file) => {
    const expected = rows.filter((row) => row.file === file);
    const read = () => parse(readFileSync(join(root, file)), { platform: "linux", path: file });
    if (expected[0]?.stage === "load") {
      // PREVAIL: "Invalid symbol section in ELF file": symbols of 8 bytes.
      expect(refusal(read).message).toContain("Symbols of 8 bytes");
      return;
    }
    const { programs, subprograms } = read();
    const found = [...programs, ...subprograms].map(({ section, name, type, code }) => ({
      section,
      function: name,
      program_type: type,
      insns: code.length / 8,
    }));
    const wanted = expected.map(({ section, function: name, program_type, insns }) => ({
      section,
      function: name,
      program_type,
      insns,
    }));
    const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    expect(found.sort(byText)).toEqual(wanted.sort(byText));
  });

  test("then parsing all of it takes little time", () => {
    const objects = files.map((file) => ({ path: file, bytes: readFileSync(join(root, file)) }));
    const begin = performance.now();
    for (const { path, bytes } of objects) {
      if (!path.startsWith("invalid/")) parse(bytes, { platform: "linux", path });
    }
    const milliseconds = performance.now() - begin;
    const size = objects.reduce((sum, { bytes }) => sum + bytes.length, 0);
    console.log(`${files.length} objects, ${(size / 1e6).toFixed(1)} MB: parsed in ${milliseconds.toFixed(0)} ms`);
    expect(milliseconds).toBeLessThan(10_000);
  });
});
