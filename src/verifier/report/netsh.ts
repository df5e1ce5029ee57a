import { escapeControls } from "./escape.ts";
import type { Report } from "./report.ts";

/** Every line escaped, but for the tabs that C sources are indented with. */
function escapeLines(text: string): string {
  return text.replace(/[^\n\t]+/g, escapeControls);
}

/** What `netsh ebpf show verification` prints for a program (libs/ebpfnetsh/elf.cpp), on either stream. */
export function netshText(report: Report): string {
  if (report.verdict === "pass") {
    return `Verification succeeded\nProgram terminates within ${report.statistics.maxLoopCount ?? 0} loop iterations\n`;
  }
  const log = escapeLines(report.log);
  // What is refused before the analysis has no report, only a message.
  if (report.stage !== "analyze") return `${log}\n`;
  return `Verification failed\n\nVerification report:\n${log}${report.errorCount} errors\n\n`;
}
