import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { unhurried } from "../turns/index.ts";
import { analyse } from "./analysis.ts";
import type { DialectName } from "./dialect.ts";
import { type InnerOptions, turnsOf } from "./inner-options.ts";
import { analysisFor, windowsLog } from "./log.ts";
import { loopBoundOf } from "./report/index.ts";
import type { Stage } from "./stage.ts";

/** A verdict without its explanation. */
export interface Judgement {
  readonly passed: boolean;
  /** Where the program was refused; undefined where it passed. */
  readonly stage: Stage | undefined;
  /** What the verifier says besides the verdict, in Windows' words, as much as `logLevel` asks for. */
  readonly log: string;
  /** Slot that a refusal before the analysis blames. */
  readonly slot: number | undefined;
  /** Instructions of which any round of the analysis found that they may fail; 0 where none was completed. */
  readonly errorCount: number;
  /** Sides of conditional jumps that are never taken. */
  readonly unreachable: number;
  /** Upper bound of the rounds of any loop; 0 where the program has none, or did not pass. */
  readonly maxLoopCount: number;
}

/** What `judge` says of a program, found out in this thread. */
export async function judgementOn(object: ObjectSpec, program: ProgramSpec, options: InnerOptions): Promise<Judgement> {
  const dialect: DialectName = options.dialect ?? "windows-1.6";
  const analysis = await analyse(object, program, analysisFor(options), dialect);
  const { refusal, run } = analysis;
  const passed = run?.passed === true;
  return {
    passed,
    stage: passed ? undefined : (refusal?.stage ?? "analyze"),
    log: await windowsLog(analysis, object, program, options),
    slot: refusal?.slot,
    errorCount: run?.iteration.errorCount ?? 0,
    unreachable: run?.iteration.deadEdges().length ?? 0,
    maxLoopCount: passed ? ((await unhurried(loopBoundOf(analysis), turnsOf(options))) ?? 0) : 0,
  };
}
