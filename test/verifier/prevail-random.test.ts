import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DialectName } from "../../src/verifier/dialect.ts";
import { shared } from "../shared.ts";
import { type Subject, type Verdict, verdictOf } from "./prevail/verdict.ts";

type Row = Omit<Subject, "folder"> & Readonly<Record<DialectName, Verdict>>;

/** The judge's graph layout decides about these (D20, docs/verifier.md): exit value or loop bound differ. */
const LAYOUT_DEPENDENT: ReadonlySet<string> = new Set(["001154.o windows-1.6", "102045.o windows-1.6"]);
const folder = shared("conformance/prevail-random");
const DIALECTS: readonly DialectName[] = ["windows-1.6", "latest"];

if (folder !== undefined) {
  const rows: readonly Row[] = JSON.parse(readFileSync(`${folder}/verdicts.json`, "utf8"));
  for (const dialect of DIALECTS) {
    describe(`given random programs for Windows in ${dialect}`, () => {
      for (const row of rows) {
        const wanted = row[dialect];
        const name = `${row.file} ${dialect}`;
        test(`${row.file}: verdict, error, exit value and loop bound are the judge's`, async () => {
          const verdict = await verdictOf({ folder, ...row }, "windows", dialect, true);
          if (LAYOUT_DEPENDENT.has(name)) expect(verdict.verdict).toBe(wanted.verdict);
          else expect(verdict).toEqual(wanted);
        });
      }
    });
  }
}
