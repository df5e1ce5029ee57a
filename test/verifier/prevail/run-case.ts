import { finish } from "../../../src/turns/index.ts";
import { ControlFlowFailure, Graph } from "../../../src/verifier/cfg/index.ts";
import { DIALECTS, type DialectName } from "../../../src/verifier/dialect.ts";
import { parseConstraints, State, VariableSpace } from "../../../src/verifier/domain/index.ts";
import type { AnalysisOptions, VerifiedMap } from "../../../src/verifier/environment.ts";
import { Iteration } from "../../../src/verifier/fixpoint/index.ts";
import { printAssertion, printInstruction } from "../../../src/verifier/ir/index.ts";
import { linuxPlatform } from "../../../src/verifier/platform/index.ts";
import { type PreparedProgram, prepare } from "../../../src/verifier/prepare.ts";
import { parseCode } from "./assembly.ts";
import { type Observation, readObservations, type YamlCase } from "./yaml-case.ts";

/** What a case's code comes to. */
export interface Outcome {
  readonly post: readonly string[];
  readonly messages: readonly string[];
}

/** Every descriptor stands for this map. */
const MAP: VerifiedMap = { fd: 0, name: "test", type: 0, keySize: 4, valueSize: 4, maxEntries: 4, innerFd: 0 };
const TYPE = {
  name: "test",
  context: { size: 64, data: 0, end: 4, meta: -1 },
  isPrivileged: false,
  isSleepable: false,
};

function optionsOf(names: readonly string[]): AnalysisOptions {
  const has = (name: string): boolean => names.includes(name);
  return {
    strict: has("strict"),
    allowDivisionByZero: !has("!allow_division_by_zero"),
    bigEndian: has("big_endian"),
    checkTermination: has("termination"),
    subprogramStackSize: 512,
    maxCallStackFrames: 8,
    maxPacketSize: 0xffff,
    totalStackSize: 4096,
    setupConstraints: false,
    mustHaveExit: false,
  };
}

function isBottom(lines: readonly string[]): boolean {
  return lines.length === 1 && lines[0] === "_|_";
}

function stateOf(lines: readonly string[], space: VariableSpace): State {
  return isBottom(lines) ? State.bottom(space) : parseConstraints(lines, space);
}

function nodeAt({ graph }: PreparedProgram, at: Observation["at"]): number {
  if (at === "entry") return Graph.ENTRY;
  if (at === "exit") return Graph.EXIT;
  return graph.from.findIndex((slot, node) => slot === at && !graph.isEdge(node) && graph.frameName(node) === "");
}

function holds(observation: Observation, state: State | undefined, observed: State): boolean {
  if (observed.isBottom() || state === undefined) return false;
  return observation.mode === "entailed" ? finish(state.includes(observed)) : !finish(state.meet(observed)).isBottom();
}

function analyse(test: YamlCase, dialect: DialectName): Outcome {
  const prepared = prepare(parseCode(test.code), {
    dialect: DIALECTS[dialect],
    options: optionsOf(test.options),
    platform: linuxPlatform,
    groups: new Set([...linuxPlatform.groups, "callx"]),
    type: TYPE,
    maps: [MAP],
    map: () => MAP,
    maxNodes: 10_000,
  });
  const program = finish(prepared);
  const { graph, environment } = program;
  const attempt = (movesInLoops: boolean): Iteration => {
    const space = new VariableSpace(environment.options.totalStackSize, environment.dialect);
    const options = { keepStates: true, movesInLoops };
    const started = finish(Iteration.start(program, stateOf(test.pre, space), options));
    finish(started.run());
    return started;
  };
  const first = attempt(true);
  const iteration = first.isSpoilt ? attempt(false) : first;
  if (!iteration.hasErrors) finish(iteration.checkTermination());
  const messages: string[] = [];
  const [error] = finish(iteration.errors());
  if (error !== undefined) {
    const text = printAssertion(error.assertion, environment.dialect.narrowDivisorChecked64);
    messages.push(`${graph.label(error.node)}: ${error.message} (${text})`);
  }
  for (const node of iteration.deadEdges()) {
    const text = printInstruction(graph.instruction(node));
    messages.push(`${graph.label(node)}: Code becomes unreachable (${text})`);
  }
  for (const observation of readObservations(test.observe)) {
    const node = nodeAt(program, observation.at);
    const states = iteration.statesAt(node);
    const state = observation.point === "pre" ? states.before : states.after;
    if (!holds(observation, state, stateOf(observation.constraints, iteration.space))) {
      const { at, mode, point } = observation;
      messages.push(`${at}: observation ${mode} failed at ${point}`);
    }
  }
  return { post: iteration.exitState?.toStrings() ?? ["_|_"], messages };
}

/** Runs a case in one dialect. */
export function runCase(test: YamlCase, dialect: DialectName): Outcome {
  try {
    return analyse(test, dialect);
  } catch (error) {
    if (error instanceof ControlFlowFailure) return { post: [], messages: [error.message] };
    throw error;
  }
}
