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

/** The same as Windows' API puts it (libs/api/Verifier.cpp), which has words of its own for what cannot be decoded. */
export function earlyLog(refusal: EarlyRefusal): string {
  if (refusal.stage === "decode") return `parse failure: ${refusal.slot ?? 0}: ${refusal.message}\n`;
  return earlyText(refusal);
}

/**
 * A failed analysis as ebpf-for-windows reports it (`ebpf_api_elf_verify_program_from_memory`): the C line where there
 * is one, then the first error in the order of labels, behind the label of its instruction.
 */
export function logOf(run: CompletedRun, source: ProgramSpec): string {
  const { graph } = run.program;
  const [first] = run.errors;
  if (first === undefined) return "";
  const line = sourceAt(source, graph.slotOf(first.node));
  const where = line === undefined ? "" : `\n; ${line.file}:${line.line}\n; ${line.text}\n\n`;
  return `${where}${graph.label(first.node)}: ${errorText(first, run)}\n\n`;
}
