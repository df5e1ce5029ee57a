import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { type Analysis, analyse } from "./analysis.ts";
import type { DialectName } from "./dialect.ts";
import type { VerifyOptions } from "./options.ts";
import { earlyText, logOf, loopBoundOf } from "./report/index.ts";
import type { Stage } from "./stage.ts";

/** A verdict without its explanation. */
export interface Judgement {
  readonly passed: boolean;
  /** Where the program was refused; undefined where it passed. */
  readonly stage: Stage | undefined;
  /** What the verifier says, in Windows' words; "" where it passed. */
  readonly log: string;
  /** Slot that a refusal before the analysis blames. */
  readonly slot: number | undefined;
  readonly errorCount: number;
  /** Sides of conditional jumps that are never taken; counted with `invariants` only. */
  readonly unreachable: number;
  /** Upper bound of the rounds of any loop; 0 where the program has none, or did not pass. */
  readonly maxLoopCount: number;
}

/**
 * Decides as `verify` does, in one dialect and without explaining: what ebpf-for-windows' service does with a program
 * that is to be loaded. Throws as `verify` does.
 */
export async function judge(object: ObjectSpec, program: ProgramSpec, options: VerifyOptions = {}): Promise<Judgement> {
  const dialect: DialectName = options.dialect ?? "windows-1.6";
  const analysis = await analyse(object, program, options, dialect);
  const { refusal, run } = analysis;
  const passed = run?.passed === true;
  return {
    passed,
    stage: passed ? undefined : (refusal?.stage ?? "analyze"),
    log: passed ? "" : wordsOf(analysis, program),
    slot: refusal?.slot,
    errorCount: refusal === undefined ? (run?.errors.length ?? 0) : 1,
    unreachable: options.invariants === true ? unreachableIn(analysis) : 0,
    maxLoopCount: passed ? (loopBoundOf(analysis) ?? 0) : 0,
  };
}

function wordsOf({ refusal, run }: Analysis, program: ProgramSpec): string {
  if (refusal !== undefined) return earlyText(refusal);
  return run === undefined ? "" : logOf(run, program);
}

function unreachableIn({ run }: Analysis): number {
  if (run === undefined) return 0;
  const { iteration, program } = run;
  let count = 0;
  for (const node of iteration.nodes) {
    if (program.graph.instruction(node).kind !== "assume") continue;
    const { before, after } = iteration.statesAt(node);
    if (before?.isBottom() === false && after?.isBottom() !== false) count++;
  }
  return count;
}
