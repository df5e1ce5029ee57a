import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../../../src/elf/index.ts";
import { InvalidObjectError } from "../../../src/errors.ts";
import type { ObjectSpec, Platform } from "../../../src/spec/index.ts";
import { finish } from "../../../src/turns/index.ts";
import { analyse } from "../../../src/verifier/analysis.ts";
import type { DialectName } from "../../../src/verifier/dialect.ts";
import { buildReport } from "../../../src/verifier/report/build-report.ts";

/** What is compared with the judge's verdict on one program. */
export interface Verdict {
  readonly verdict: string;
  readonly stage: string | null;
  readonly error_at: string | null;
  readonly first_error: string | null;
  readonly error_count: number | null;
  readonly exit_value: string | null;
  readonly max_loop_count: number | null;
}

export interface Subject {
  readonly folder: string;
  readonly file: string;
  readonly section: string | null;
  readonly function: string | null;
}

const objects = new Map<string, ObjectSpec | InvalidObjectError>();

function objectOf({ folder, file }: Subject, platform: Platform): ObjectSpec | InvalidObjectError {
  const path = join(folder, file);
  const known = objects.get(path);
  if (known !== undefined) return known;
  let object: ObjectSpec | InvalidObjectError;
  try {
    object = parse(readFileSync(path), { platform, path: file });
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error;
    object = error;
  }
  objects.set(path, object);
  return object;
}

const NOTHING: Verdict = {
  verdict: "fail",
  stage: "load",
  error_at: null,
  first_error: null,
  error_count: null,
  exit_value: null,
  max_loop_count: null,
};

/** Our verdict on a program of a conformance folder, in the terms of the judge. */
export async function verdictOf(
  subject: Subject,
  platform: Platform,
  dialect: DialectName,
  checkTermination: boolean,
): Promise<Verdict> {
  const object = objectOf(subject, platform);
  if (object instanceof InvalidObjectError) return NOTHING;
  const source = [...object.programs, ...object.subprograms].find(
    (program) => program.section === subject.section && program.name === subject.function,
  );
  if (source === undefined) throw new Error(`${subject.file} has no ${subject.section}/${subject.function}`);
  const analysis = await analyse(object, source, { checkTermination }, dialect);
  const report = finish(
    buildReport({ analysis, source, type: source.type, findings: [], warnings: [], invariants: false, log: "" }),
  );
  return {
    verdict: report.verdict,
    stage: report.stage ?? null,
    error_at: report.errorAt ?? null,
    first_error: report.firstError ?? null,
    error_count: analysis.run !== undefined ? report.errorCount : null,
    exit_value: report.exitValue ?? null,
    max_loop_count: report.statistics.maxLoopCount ?? null,
  };
}
