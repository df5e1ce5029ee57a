import type { Work } from "../../turns/index.ts";
import { type Integer, subtract } from "./integer.ts";
import { type Row, ZERO } from "./row.ts";
import type { Variable } from "./variable-space.ts";
import type { Zone } from "./zone.ts";

/** Share of a zone that must be quiet for it to be worth the trouble. */
const WORTH = 0.5;
/** Vertices from which on a zone is looked at. */
const LARGE = 64;

/**
 * Vertices that two zones know the same of, with no relation to any other: the counters of loops that are over, stack cells
 * that nobody touched. A join or a widening leaves them as they are, and none of its paths leads through them.
 */
export interface Quiet {
  /** By vertex of the left zone: 1 where it is quiet. */
  readonly marks: readonly number[];
}

/** Undefined where there are too few to set them apart. */
export function quietVertices(left: Zone, right: Zone): Quiet | undefined {
  if (left.extent < LARGE) return undefined;
  const marks = new Array<number>(left.extent).fill(0);
  let count = 0;
  for (let vertex = 1; vertex < left.extent; vertex++) {
    if (isRelated(left, vertex)) continue;
    const variable = left.variables[vertex] as Variable;
    const other = right.variables[vertex] === variable ? vertex : right.vertexOf(variable);
    if (variable < 0 || other === 0 || isRelated(right, other)) continue;
    if (left.lower[vertex] !== right.lower[other] || left.upper[vertex] !== right.upper[other]) continue;
    marks[vertex] = 1;
    count++;
  }
  return count > left.extent * WORTH ? { marks } : undefined;
}

function isRelated({ outgoing, incoming }: Zone, vertex: number): boolean {
  return (outgoing[vertex] as Row).size > 0 || (incoming[vertex] as Row).size > 0;
}

/** What was worked out of the vertices that are not quiet, with those of `base` that are. */
export function* withQuiet(worked: Zone, base: Zone, { marks }: Quiet): Work<Zone> {
  const result = base.copy();
  const zero = base.potential[ZERO] as Integer;
  result.potential[ZERO] = 0;
  const taken: number[] = [];
  for (let vertex = 1; vertex < base.extent; vertex++) {
    const variable = base.variables[vertex] as Variable;
    if (variable < 0) continue;
    if (marks[vertex] === 1) {
      if (zero !== 0) result.potential[vertex] = subtract(base.potential[vertex] as Integer, zero);
      continue;
    }
    result.isolate(vertex);
    if (worked.vertexOf(variable) === 0) result.forgetVertex(vertex);
    else taken.push(vertex);
  }
  for (const vertex of taken) {
    const source = worked.vertexOf(base.variables[vertex] as Variable);
    result.lower[vertex] = worked.lower[source] as Integer;
    result.upper[vertex] = worked.upper[source] as Integer;
    result.potential[vertex] = worked.potential[source] as Integer;
    const row = worked.outgoing[source] as Row;
    const targets = row.vertices.map((target) => base.vertexOf(worked.variables[target] as Variable));
    result.setOutgoing(vertex, targets, row.weights.slice());
  }
  yield* result.mirrorEdges();
  if (worked.unsettled?.length === 0) result.settle();
  else result.unsettle();
  return result;
}
