import { assertIterable, assertObject, assertText } from "../../arguments.ts";
import type { Report } from "./report.ts";

/** Throws `EBPF_INVALID_ARGUMENT` for what `verify` has not made. */
export function assertReport(report: Report): void {
  assertObject(report, "A report");
  assertText(report.log, "A report's log");
  assertObject(report.statistics, "A report's statistics");
  for (const list of [report.findings, report.warnings]) assertIterable(list, "A list of findings");
}
