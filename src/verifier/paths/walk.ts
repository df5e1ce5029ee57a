import type { Work } from "../../turns/index.ts";
import { Graph, type Node } from "../cfg/index.ts";
import type { Assertion } from "../ir/index.ts";
import type { PreparedProgram } from "../prepare.ts";
import { isPossible, proof, type Shown } from "./obligation.ts";
import { PathFacts } from "./path-facts.ts";
import { PathState } from "./path-value.ts";
import { newPacket, type Place, step } from "./step.ts";
import { Terms } from "./term.ts";

/** Nodes on all paths together. */
const MOST_NODES = 4000;
/** Times that a path may come back to a loop's head, as for the verifier itself. */
const MOST_ROUNDS = 100_000;

/** One way to the place of an error, on which the error does not happen. */
export interface ProvenPath {
  readonly place: Place;
  /** What each of the assertions says, in their order. */
  readonly shown: readonly (Shown | "holds")[];
  /** The nodes that lead there, the last first. */
  readonly trail: Trail;
}

export interface Trail {
  readonly node: Node;
  readonly before: Trail | undefined;
}

export interface Proof {
  readonly paths: readonly ProvenPath[];
  /** Times that a path comes to the place at most. */
  readonly rounds: number;
}

/** Nodes from which the target can be reached. */
function ancestorsOf({ graph }: PreparedProgram, target: Node): Set<Node> {
  const found = new Set([target]);
  const open = [target];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const parent of graph.parentsOf(node)) {
      if (found.has(parent)) continue;
      found.add(parent);
      open.push(parent);
    }
  }
  return found;
}

interface Path {
  readonly node: Node;
  readonly state: PathState;
  readonly facts: PathFacts;
  readonly rounds: number;
  readonly before: Trail | undefined;
}

function entry(program: PreparedProgram, terms: Terms): Path {
  const { environment } = program;
  const state = new PathState();
  const zero = terms.constant(0n);
  if ((environment.context?.size ?? 0) > 0)
    state.set(1, { kind: "pointer", region: { kind: "context" }, offset: zero });
  const top = terms.constant(BigInt(environment.options.totalStackSize));
  state.set(10, { kind: "pointer", region: { kind: "stack" }, offset: top });
  const path: Path = { node: Graph.ENTRY, state, facts: new PathFacts(), rounds: 0, before: undefined };
  newPacket({ ...path, terms, environment });
  return path;
}

/**
 * Follows every path that leads to a node one by one, without joining any, and asks whether what the verifier misses
 * there holds on each. No path is left out: undefined where there are too many, or one of them does not show it.
 */
export function* proveOnPaths(
  program: PreparedProgram,
  target: Node,
  assertions: readonly Assertion[],
): Work<Proof | undefined> {
  const { graph, environment } = program;
  const wanted = ancestorsOf(program, target);
  const terms = new Terms();
  const isLoop = graph.instruction(target).kind === "increment-loop-counter";
  const proven: ProvenPath[] = [];
  let most = 0;
  const open: Path[] = [entry(program, terms)];
  let visited = 0;
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (++visited > MOST_NODES) return undefined;
    yield;
    const { node, state, facts, before } = path;
    const trail: Trail = { node, before };
    const place: Place = { state, facts, terms, environment, node };
    if (isLoop && node === target && !(yield* isPossible(place))) continue;
    const rounds = path.rounds + Number(node === target);
    most = Math.max(most, rounds);
    if (rounds > MOST_ROUNDS) return undefined;
    if (node === target && !isLoop) {
      const shown: (Shown | "holds")[] = [];
      for (const assertion of assertions) {
        const holds = yield* proof(assertion, place);
        if (holds === undefined) return undefined;
        shown.push(holds);
      }
      const kept: Place = { ...place, state: new PathState(state), facts: new PathFacts(facts) };
      proven.push({ place: kept, shown, trail });
    }
    if (!step(graph.instruction(node), place)) return undefined;
    if (facts.isImpossible) continue;
    const next = graph.childrenOf(node).filter((child) => wanted.has(child));
    next.forEach((child, at) => {
      const isLast = at === next.length - 1;
      open.push({
        node: child,
        state: isLast ? state : new PathState(state),
        facts: isLast ? facts : new PathFacts(facts),
        rounds,
        before: trail,
      });
    });
  }
  return proven.length > 0 || (isLoop && most > 0) ? { paths: proven, rounds: most } : undefined;
}
