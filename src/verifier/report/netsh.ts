import { assertReport } from "./assert-report.ts";
import { escapeControls } from "./escape.ts";
import type { Report } from "./report.ts";

/** Every line escaped, but for the tabs that C sources are indented with. */
function escapeLines(text: string): string {
  return text.replace(/[^\n\t]+/g, escapeControls);
}

/** What `netsh ebpf show verification` prints for a program (libs/ebpfnetsh/elf.cpp), on either stream. */
export function netshText(report: Report): string {
  assertReport(report);
  const log = escapeLines(report.log);
  if (report.verdict === "pass") {
    const rounds = report.statistics.maxLoopCount ?? 0;
    return `${log}Verification succeeded\nProgram terminates within ${rounds} loop iterations\n`;
  }
  // What is refused before the analysis has no report, only a message.
  if (report.warningCount === 0) return `${log}\n`;
  return `Verification failed\n\nVerification report:\n${log}${report.warningCount} errors\n\n`;
}
