import { VerificationError } from "../errors.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import { escapeControls, type Finding, type Report } from "./report/index.ts";

function placeText({ source, at }: Finding): string {
  if (source !== undefined) return ` (${source.file}:${source.line})`;
  return at === undefined ? "" : ` (instruction ${at})`;
}

function summary(report: Report): string {
  const [first] = report.findings;
  const reason = first === undefined ? (report.firstError ?? "no reason given") : `${first.reason}${placeText(first)}`;
  const more = report.errorCount > 1 ? `, and ${report.errorCount - 1} more` : "";
  return escapeControls(`Program ${JSON.stringify(report.program)} is refused by the verifier: ${reason}${more}`);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/**
 * `EBPF_VERIFICATION_FAILED`: the verifier refused a program. The message is a summary on one line, the hint what would
 * make the program pass, and `report` has everything; `reportText(error.report)` prints it.
 */
export class VerifierError extends VerificationError {
  readonly report: Report;

  /** `report` is one whose verdict is `"fail"`. */
  constructor(report: Report) {
    const suggestion = report.findings[0]?.suggestion;
    super(summary(report), report.log, {
      ...(suggestion === undefined ? {} : { hint: sentence(suggestion) }),
      native: { result: EbpfResult.VERIFICATION_FAILED, errno: errnoNumbers.EACCES },
    });
    this.report = report;
  }
}
