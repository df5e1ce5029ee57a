import { escapeControls } from "./escape.ts";
import type { Report } from "./report.ts";

/** What `netsh ebpf show verification` prints for a program. */
export function netshText(report: Report): string {
  if (report.verdict === "pass") {
    return `Verification succeeded\nProgram terminates within ${report.statistics.maxLoopCount ?? 0} loop iterations\n`;
  }
  const lines = report.log.split("\n").map(escapeControls).join("\n");
  return `Verification failed\n\nVerification report:\n\n${lines}${report.errorCount} errors\n\n`;
}
