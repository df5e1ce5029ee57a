import type { ProgramSpec, SourceLine } from "../../spec/index.ts";
import type { CompletedRun, EarlyRefusal } from "../analysis.ts";
import { check } from "../check/index.ts";
import type { State } from "../domain/index.ts";
import type { AnalysisError } from "../fixpoint/index.ts";
import { type IrInstruction, printAssertion, printInstruction } from "../ir/index.ts";
import { type Circumstances, registersOf } from "./circumstances.ts";
import { explainFailure } from "./explain.ts";
import { explainEarly } from "./explain-early.ts";
import { factsAbout } from "./facts.ts";
import { lossOf } from "./loss.ts";
import { conditionsAlong, lastLookup, pathTo } from "./path.ts";
import type { Finding } from "./report.ts";

/** The C line that a slot was compiled from; lines ascend by slot. */
export function sourceAt(program: ProgramSpec, slot: number | undefined): SourceLine | undefined {
  if (slot === undefined) return undefined;
  return program.lines.findLast((line) => line.slot <= slot);
}

/** An error in the verifier's own words. */
export function errorText(error: AnalysisError, run: CompletedRun): string {
  const { dialect } = run.program.environment;
  return `${error.message} (${printAssertion(error.assertion, dialect.narrowDivisorChecked64)})`;
}

/**
 * The state before a node, as far as it explains the error. Of a loop the state of the last round is kept, but the error
 * may be one of an earlier round that knew less: then nothing is said of where the registers point.
 */
function tellingState({ node, assertion }: AnalysisError, { program, iteration }: CompletedRun): State | undefined {
  const state = iteration.statesAt(node).before;
  if (state === undefined || check(state, assertion, program.environment) !== undefined) return state;
  const vague = state.copy();
  for (const register of registersOf(assertion)) {
    vague.havocOffsets(register);
    vague.havocNumbers(register);
  }
  return vague;
}

function findingOf(error: AnalysisError, run: CompletedRun, source: ProgramSpec): Finding {
  const { program, iteration } = run;
  const { graph } = program;
  const { node, message, assertion } = error;
  const path = pathTo(program, iteration, node);
  const instruction = graph.instruction(node);
  const state = tellingState(error, run);
  const circumstances: Circumstances = {
    assertion,
    message,
    instruction,
    environment: program.environment,
    state,
    lookup: lastLookup(graph, path),
    loss: lossOf(run, path, registersOf(assertion)[0]),
  };
  const slot = graph.slotOf(node);
  return {
    ...explainFailure(circumstances),
    slot,
    at: graph.label(node),
    // Counters are the verifier's own.
    instruction: instruction.kind === "increment-loop-counter" ? undefined : printInstruction(instruction),
    source: sourceAt(source, slot),
    facts: state === undefined ? [] : factsAbout(state, registersOf(assertion)),
    path: conditionsAlong(graph, path).map(({ node: edge, text }) => {
      const jump = graph.slotOf(edge);
      return { slot: jump, condition: text, source: sourceAt(source, jump) };
    }),
    message: errorText(error, run),
    alsoAt: [],
  };
}

const sameCause = (left: Finding, right: Finding): boolean =>
  left.slot === right.slot && left.message === right.message && left.reason === right.reason;

/** One finding for each cause, those in the caller's order; a function inlined twice fails once. */
function folded(findings: readonly Finding[]): Finding[] {
  const causes: Finding[] = [];
  for (const finding of findings) {
    const at = causes.findIndex((cause) => sameCause(cause, finding));
    const cause = causes[at];
    if (cause === undefined) causes.push(finding);
    else causes[at] = { ...cause, alsoAt: [...cause.alsoAt, finding.at ?? ""] };
  }
  return causes;
}

/** Findings of a completed analysis, in the order in which control gets there. */
export function findingsOf(run: CompletedRun, source: ProgramSpec): Finding[] {
  return folded(run.iteration.inOrder(run.errors).map((error) => findingOf(error, run, source)));
}

/** The finding of a refusal before the analysis. */
export function earlyFinding(
  refusal: EarlyRefusal,
  source: ProgramSpec,
  decoded: readonly (IrInstruction | undefined)[],
): Finding {
  const { slot } = refusal;
  const instruction = slot === undefined ? undefined : decoded[slot];
  return {
    ...explainEarly(refusal, instruction?.kind === "call" ? instruction.id : undefined),
    slot,
    at: slot === undefined ? undefined : `${slot}`,
    instruction: instruction === undefined ? undefined : printInstruction(instruction),
    source: sourceAt(source, slot),
    facts: [],
    path: [],
    message: refusal.message,
    alsoAt: [],
  };
}
