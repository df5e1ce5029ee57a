import type { Work } from "../../turns/index.ts";
import type { CompletedRun } from "../analysis.ts";
import type { Node } from "../cfg/index.ts";
import { check } from "../check/index.ts";
import type { AnalysisError } from "../fixpoint/index.ts";
import type { Assertion } from "../ir/index.ts";
import { type Proof, proveOnPaths } from "../paths/index.ts";
import { assertionsAt, type PreparedProgram } from "../prepare.ts";

/** A proof that what an analysis objects to does not happen. */
export interface Overlooked {
  readonly error: AnalysisError;
  /** What the paths were asked to show; the first is what the verifier misses. */
  readonly assertions: readonly Assertion[];
  readonly proof: Proof;
  /** The program whose paths were followed, with the newest verifier's control flow. */
  readonly program: PreparedProgram;
  /** The place in the failed analysis of a node of `program`. */
  failedNode(node: Node): Node | undefined;
}

const NUMERIC: ReadonlySet<Assertion["kind"]> = new Set([
  "valid-access",
  "valid-size",
  "valid-divisor",
  "bounded-loop-count",
]);

/** Bounds, null pointers and types: what paths can tell. */
const isProvable = ({ assertion, message }: AnalysisError): boolean =>
  assertion.kind === "valid-access"
    ? /^((Lower|Upper) bound must be|Possible null access)/.test(message)
    : NUMERIC.has(assertion.kind) || assertion.kind === "type-constraint";

const isSame = (left: Assertion, right: Assertion): boolean => JSON.stringify(left) === JSON.stringify(right);

/**
 * Looks once more, path by path, at the first thing that an analysis objects to. `program` is the same program with the
 * newest verifier's control flow: older ones lose parts of it.
 */
export function* overlooked(run: CompletedRun, program: PreparedProgram): Work<Overlooked | undefined> {
  const [error] = yield* run.iteration.inOrder(run.errors);
  if (error === undefined || !isProvable(error)) return undefined;
  const failed = run.program.graph;
  const labels = new Map<string, Node>();
  for (const node of run.iteration.nodes) labels.set(failed.label(node), node);
  const label = failed.label(error.node);
  const target = program.graph.instructions.findIndex((_, node) => program.graph.label(node) === label);
  if (target < 0) return undefined;
  const state = run.iteration.statesAt(error.node).before;
  const others = assertionsAt(program, target).filter((assertion) => {
    if (isSame(assertion, error.assertion)) return false;
    if (NUMERIC.has(assertion.kind)) return true;
    return state === undefined || check(state, assertion, run.program.environment) !== undefined;
  });
  const isLoop = error.assertion.kind === "bounded-loop-count";
  const assertions = isLoop ? [] : [error.assertion, ...others];
  const proof = yield* proveOnPaths(program, target, assertions);
  if (proof === undefined) return undefined;
  return { error, assertions, proof, program, failedNode: (node) => labels.get(program.graph.label(node)) };
}
