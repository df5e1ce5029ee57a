import { assertReport } from "./assert-report.ts";
import type { Report } from "./report.ts";

/** A report as an entry of `winbpf verify --json`. */
export function reportJson(file: string, report: Report): Readonly<Record<string, unknown>> {
  assertReport(report);
  const { section, program, type, dialect, verdict, stage, firstError, errorAt, findings, warnings, statistics } =
    report;
  return {
    file,
    section,
    program,
    type,
    dialect,
    verdict,
    stage: stage ?? null,
    firstError: firstError ?? null,
    errorAt: errorAt ?? null,
    findings,
    warnings,
    statistics,
  };
}
