import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import type { Work } from "../turns/index.ts";
import { unhurried } from "../turns/index.ts";
import { type Analysis, type CompletedRun, preparing } from "./analysis.ts";
import { BudgetExceeded } from "./budget-exceeded.ts";
import { type InnerOptions, turnsOf } from "./inner-options.ts";
import { withStates } from "./log.ts";
import { Meter } from "./meter.ts";
import { explainOverlooked, type Overlooked, overlooked, type SafeAnyway } from "./report/index.ts";

/** Steps that the second look may take: it is there to explain, and must not cost more than what it explains. */
const STEPS = 20_000;
/** Instructions, copies of functions counted, of a program that is looked at. */
const LARGEST = 10_000;

/**
 * Looks once more at the first thing that an analysis objects to, in another way than the verifier decides: undefined
 * where nothing shows that it is safe. Never changes a verdict.
 *
 * @throws EbpfError `EBPF_ABORTED`
 */
export async function secondLook(
  analysis: Analysis,
  object: ObjectSpec,
  program: ProgramSpec,
  options: InnerOptions,
): Promise<SafeAnyway | undefined> {
  const { run } = analysis;
  if (run === undefined || run.passed || run.program.graph.size > LARGEST) return undefined;
  if (options.bigEndian === true || options.setupConstraints === false) return undefined;
  const meter = new Meter({ ...options, budget: { ...options.budget, steps: STEPS } });
  const found = await meter.drive(look(run, object, program, options));
  if (found === undefined || found instanceof BudgetExceeded) return undefined;
  const { run: told } = await withStates(analysis, object, program, options);
  return told === undefined ? undefined : await unhurried(explainOverlooked(found, told, program), turnsOf(options));
}

function* look(
  run: CompletedRun,
  object: ObjectSpec,
  program: ProgramSpec,
  options: InnerOptions,
): Work<Overlooked | undefined> {
  const prepared = yield* preparing(object, program, options, "latest");
  return prepared && (yield* overlooked(run, prepared));
}
