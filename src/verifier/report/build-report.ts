import type { ProgramProof, ProgramSpec } from "../../spec/index.ts";
import type { Work } from "../../turns/index.ts";
import type { Analysis, CompletedRun } from "../analysis.ts";
import { earlyFinding, errorText, findingsOf } from "./findings.ts";
import { invariantsOf } from "./invariants.ts";
import { earlyText } from "./log.ts";
import type { Finding, Report, Statistics } from "./report.ts";
import { worstCaseInstructions } from "./worst-case.ts";

const LARGEST_COUNT = 0x7fff_ffff;

/** Upper bound of the rounds of any loop, cut to 31 bits; undefined where it was not asked for or the program failed. */
export function* loopBoundOf(analysis: Analysis): Work<number | undefined> {
  const { run } = analysis;
  if (run === undefined || !run.passed || !analysis.options.checkTermination) return undefined;
  const bound = yield* run.iteration.loopBound();
  return bound === undefined || bound > LARGEST_COUNT ? LARGEST_COUNT : Number(bound);
}

function* statisticsOf(analysis: Analysis): Work<Statistics> {
  const { run } = analysis;
  const effort = run?.iteration.effort ?? { visits: 0, joins: 0, rounds: 0 };
  const count = yield* loopBoundOf(analysis);
  return {
    instructions: analysis.decoded.length,
    nodes: run?.program.graph.size ?? 0,
    ...effort,
    maxLoopCount: count,
    worstCaseInstructions: run === undefined ? undefined : yield* worstCaseInstructions(run, count),
    milliseconds: analysis.times,
  };
}

function exitValue(run: CompletedRun): string {
  return run.iteration.exitState?.r0().toString() ?? "_|_";
}

export interface ReportParts {
  /** The analysis that decides. */
  readonly analysis: Analysis;
  readonly source: ProgramSpec;
  readonly type: string;
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly invariants: boolean;
  readonly proof?: ProgramProof | undefined;
  /** What Windows says. */
  readonly log: string;
}

/** Findings of an analysis, whichever way it ended. */
export function* findingsOfAnalysis(analysis: Analysis, source: ProgramSpec): Work<Finding[]> {
  const { refusal, run, decoded, options } = analysis;
  if (refusal !== undefined) return [earlyFinding(refusal, { ...options, source, decoded })];
  return run === undefined ? [] : yield* findingsOf(run, source);
}

export function* buildReport(parts: ReportParts): Work<Report> {
  const { analysis, source, findings, warnings } = parts;
  const { refusal, run } = analysis;
  const passed = run?.passed === true;
  const [first] = run?.errors ?? [];
  return {
    section: source.section,
    program: source.name,
    type: parts.type,
    dialect: analysis.dialect.name,
    verdict: passed ? "pass" : "fail",
    stage: passed ? undefined : (refusal?.stage ?? "analyze"),
    firstError: refusal === undefined ? first && run && errorText(first, run) : earlyText(refusal),
    errorAt: first && run?.program.graph.label(first.node),
    errorCount: refusal === undefined ? (run?.errors.length ?? 0) : 1,
    findings,
    warnings,
    exitValue: run && exitValue(run),
    statistics: yield* statisticsOf(analysis),
    proof: passed ? parts.proof : undefined,
    warningCount: run?.iteration.errorCount ?? 0,
    log: parts.log,
    invariants: parts.invariants && run !== undefined ? yield* invariantsOf(run) : undefined,
  };
}
