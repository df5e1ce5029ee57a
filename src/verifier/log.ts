import { EbpfError } from "../errors.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { type Analysis, analyse } from "./analysis.ts";
import { BudgetExceeded } from "./budget-exceeded.ts";
import type { InnerOptions } from "./inner-options.ts";
import { levelLog, needsStates } from "./levels/index.ts";
import { Meter } from "./meter.ts";
import { earlyLog } from "./report/index.ts";

/** The same options for a first analysis: states are kept at once where the log speaks of them even of what passes. */
export function analysisFor(options: InnerOptions): InnerOptions {
  return needsStates(options.logLevel ?? "normal", true) ? { ...options, invariants: true } : options;
}

/** An analysis with its states kept: the same, or, where they were not kept, another. */
export async function withStates(
  analysis: Analysis,
  object: ObjectSpec,
  program: ProgramSpec,
  options: InnerOptions,
): Promise<Analysis> {
  if (analysis.run === undefined || analysis.run.keepsStates) return analysis;
  return await analyse(object, program, { ...options, invariants: true }, analysis.dialect.name);
}

/**
 * What Windows' API says of an analysis at the level that the options ask for, besides "Verification succeeded".
 *
 * @throws EbpfError `EBPF_BUDGET_EXCEEDED` where that does not fit into memory, `EBPF_ABORTED`.
 */
export async function windowsLog(
  analysis: Analysis,
  object: ObjectSpec,
  program: ProgramSpec,
  options: InnerOptions,
): Promise<string> {
  const level = options.logLevel ?? "normal";
  const { refusal, run } = analysis;
  if (refusal !== undefined) return earlyLog(refusal);
  if (run === undefined || (run.passed && level !== "verbose")) return "";
  const told = needsStates(level, run.passed) ? await withStates(analysis, object, program, options) : analysis;
  if (told.run === undefined) throw tooLarge(told.refusal?.message ?? "");
  const text = await new Meter(options).drive(levelLog(told.run, program, level));
  if (text instanceof BudgetExceeded) throw tooLarge(text.message);
  return text;
}

function tooLarge(why: string): EbpfError {
  return new EbpfError("EBPF_BUDGET_EXCEEDED", `the verifier's report at this level: ${why}`, {
    hint: "Ask for a lower level, or give the verification a greater budget.",
  });
}
