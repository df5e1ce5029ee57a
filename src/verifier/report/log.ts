import type { ProgramSpec } from "../../spec/index.ts";
import type { CompletedRun, EarlyRefusal } from "../analysis.ts";
import { errorText, sourceAt } from "./findings.ts";

/** What the original says of a refusal before the analysis. */
export function earlyText(refusal: EarlyRefusal): string {
  switch (refusal.stage) {
    case "decode":
      return `unmarshaling error at ${refusal.slot ?? 0}: ${refusal.message}`;
    case "analyze":
      return refusal.message;
    default:
      return `error: ${refusal.message}`;
  }
}

/**
 * The errors as ebpf-for-windows reports them: the C line where there is one, then the error behind the label of its
 * instruction; in the order of labels.
 */
export function logOf(run: CompletedRun, source: ProgramSpec): string {
  const { graph } = run.program;
  const blocks = run.errors.map((error) => {
    const line = sourceAt(source, graph.slotOf(error.node));
    const where = line === undefined ? "" : `; ${line.file}:${line.line}\n; ${line.text}\n\n`;
    return `${where}${graph.label(error.node)}: ${errorText(error, run)}\n\n`;
  });
  return blocks.join("");
}
