import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DialectName } from "../../src/verifier/dialect.ts";
import { shared } from "../shared.ts";
import { type Subject, type Verdict, verdictOf } from "./prevail/verdict.ts";

type Recorded = Partial<Verdict>;

interface Row extends Recorded, Omit<Subject, "folder"> {
  readonly with_termination_check: Recorded;
}

const folder = shared("conformance/prevail-corpus");
const RECORDS: readonly (readonly [file: string, dialect: DialectName])[] = [
  ["verdicts.json", "latest"],
  ["verdicts-0.2.4.json", "windows-1.6"],
];

/** Members that the record gives; texts of unreadable files differ, as each reader finds another fault first. */
function compared(recorded: Recorded, verdict: Verdict): readonly [Recorded, Recorded] {
  const names: readonly (keyof Verdict)[] = ["verdict", "stage", "error_at", "first_error", "error_count"];
  const isUnreadable = verdict.stage === "load";
  const given = names.filter((name) => recorded[name] !== undefined && !(isUnreadable && name === "first_error"));
  const pick = (from: Recorded): Recorded =>
    Object.fromEntries(
      given.filter((name) => recorded[name] !== null || from[name] !== 0).map((name) => [name, from[name]]),
    );
  const counted = recorded.error_count === null ? { ...verdict, error_count: null } : verdict;
  return [pick(recorded), pick(counted)];
}

for (const [file, dialect] of RECORDS) {
  test.skipIf(folder === undefined)(`${file} is there`, () => expect(existsSync(`${folder}/${file}`)).toBe(true));
  if (folder === undefined) continue;
  const rows: readonly Row[] = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
  describe(`given the objects of prevail-corpus in ${dialect}`, () => {
    for (const row of rows) {
      const name = `${row.file} ${row.section} ${row.function}`;
      test(`${name}: verdict, place and text are the judge's`, async () => {
        const [wanted, verdict] = compared(row, await verdictOf({ folder, ...row }, "linux", dialect, false));
        expect(verdict).toEqual(wanted);
      });
      test(`${name}: so with the termination check`, async () => {
        const ours = await verdictOf({ folder, ...row }, "linux", dialect, true);
        const [wanted, verdict] = compared(row.with_termination_check, ours);
        expect(verdict).toEqual(wanted);
      });
    }
  });
}
