import type { ProgramSpec } from "../../spec/index.ts";
import type { Work } from "../../turns/index.ts";
import type { CompletedRun } from "../analysis.ts";
import type { Graph, Node } from "../cfg/index.ts";
import { check } from "../check/index.ts";
import type { State } from "../domain/index.ts";
import type { EarlyRefusal } from "../early-refusal.ts";
import { type AnalysisError, EXPLAINED } from "../fixpoint/index.ts";
import { conditionText, printAssertion, printInstruction } from "../ir/index.ts";
import { type Circumstances, registersOf } from "./circumstances.ts";
import { dataWords } from "./data-words.ts";
import { explainFailure } from "./explain.ts";
import { type EarlyCircumstances, explainEarly } from "./explain-early.ts";
import { factsAbout } from "./facts.ts";
import { lossOf } from "./loss.ts";
import { Ways } from "./path.ts";
import type { Finding, PathStep } from "./report.ts";
import { sourceAt } from "./source-line.ts";

/** Steps of a path that a finding has; those nearest to the place matter most. */
const STEPS = 500;

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

/** The sides of jumps as steps of paths: findings share them. */
class Steps {
  readonly #steps = new Map<Node, PathStep>();
  readonly #graph: Graph;
  readonly #source: ProgramSpec;

  constructor(graph: Graph, source: ProgramSpec) {
    this.#graph = graph;
    this.#source = source;
  }

  at(edge: Node): PathStep {
    const known = this.#steps.get(edge);
    if (known !== undefined) return known;
    const instruction = this.#graph.instruction(edge);
    const slot = this.#graph.slotOf(edge);
    const condition = instruction.kind === "assume" ? conditionText(instruction.condition) : "";
    const step = { slot, condition, source: sourceAt(this.#source, slot) };
    this.#steps.set(edge, step);
    return step;
  }
}

interface Surroundings {
  readonly run: CompletedRun;
  readonly source: ProgramSpec;
  readonly ways: Ways;
  readonly steps: Steps;
}

function findingOf(error: AnalysisError, { run, source, ways, steps }: Surroundings): Finding {
  const { program } = run;
  const { graph } = program;
  const { node, message, assertion } = error;
  const instruction = graph.instruction(node);
  const state = tellingState(error, run);
  const circumstances: Circumstances = {
    assertion,
    message,
    instruction,
    environment: program.environment,
    state,
    lookup: ways.lookup(node),
    loss: lossOf(run, ways, node, registersOf(assertion)[0]),
  };
  const slot = graph.slotOf(node);
  return {
    ...explainFailure(circumstances),
    slot,
    at: graph.label(node),
    // Counters are the verifier's own.
    instruction: instruction.kind === "increment-loop-counter" ? undefined : printInstruction(instruction),
    source: sourceAt(source, slot),
    facts: state === undefined ? [] : factsAbout(state, registersOf(assertion), dataWords(program.environment.context)),
    path: ways.conditions(node, STEPS).map((edge) => steps.at(edge)),
    message: errorText(error, run),
    alsoAt: [],
    safe: undefined,
  };
}

const causeOf = ({ slot, message, reason }: Finding): string => `${slot} ${message} ${reason}`;

/** One finding for each cause, those in the caller's order; a function inlined twice fails once. */
function folded(findings: readonly Finding[]): Finding[] {
  const causes = new Map<string, { readonly finding: Finding; readonly alsoAt: string[] }>();
  for (const finding of findings) {
    const key = causeOf(finding);
    const cause = causes.get(key);
    if (cause === undefined) causes.set(key, { finding, alsoAt: [] });
    else cause.alsoAt.push(finding.at ?? "");
  }
  return Array.from(causes.values(), ({ finding, alsoAt }) => ({ ...finding, alsoAt }));
}

/** Findings of a completed analysis, in the order in which control gets there; of very many errors those of the first. */
export function* findingsOf(run: CompletedRun, source: ProgramSpec): Work<Finding[]> {
  if (run.errors.length === 0) return [];
  const { program, iteration } = run;
  const ways = yield* Ways.through(program, iteration);
  const surroundings: Surroundings = { run, source, ways, steps: new Steps(program.graph, source) };
  const findings: Finding[] = [];
  for (const error of (yield* iteration.inOrder(run.errors)).slice(0, EXPLAINED)) {
    findings.push(findingOf(error, surroundings));
    yield 0;
  }
  return folded(findings);
}

/** The finding of a refusal before the analysis. */
export function earlyFinding(refusal: EarlyRefusal, circumstances: EarlyCircumstances): Finding {
  const { slot } = refusal;
  const { source, decoded } = circumstances;
  const instruction = slot === undefined ? undefined : decoded[slot];
  return {
    ...explainEarly(refusal, circumstances),
    slot,
    at: slot === undefined ? undefined : `${slot}`,
    instruction: instruction === undefined ? undefined : printInstruction(instruction),
    source: sourceAt(source, slot),
    facts: [],
    path: [],
    message: refusal.message,
    alsoAt: [],
    safe: undefined,
  };
}
