import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DialectName } from "../../src/verifier/dialect.ts";
import { shared } from "../shared.ts";
import { type Subject, type Verdict, verdictOf } from "./prevail/verdict.ts";

type Row = Omit<Subject, "folder"> & Readonly<Record<DialectName, Verdict>>;

const folder = shared("conformance/prevail-random");
const DIALECTS: readonly DialectName[] = ["windows-1.6", "latest"];

test.skipIf(folder === undefined)("the record is there", () =>
  expect(existsSync(`${folder}/verdicts.json`)).toBe(true),
);

if (folder !== undefined) {
  const rows: readonly Row[] = JSON.parse(readFileSync(`${folder}/verdicts.json`, "utf8"));
  for (const dialect of DIALECTS) {
    describe(`given random programs for Windows in ${dialect}`, () => {
      for (const row of rows) {
        const wanted = row[dialect];
        test(`${row.file}: verdict, error, exit value and loop bound are the judge's`, async () => {
          expect(await verdictOf({ folder, ...row }, "windows", dialect, true)).toEqual(wanted);
        });
      }
    });
  }
}
