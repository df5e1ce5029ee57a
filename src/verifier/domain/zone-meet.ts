import { Pace, type Work } from "../../turns/index.ts";
import { closeBounds } from "./closure.ts";
import { add, type Integer, less, smaller, subtract } from "./integer.ts";
import { closeMixed, FROM_BOTH, FROM_LEFT, FROM_RIGHT, type MixedRow, mixedRow } from "./mixed-closure.ts";
import { findModel } from "./model-search.ts";
import { Places } from "./places.ts";
import { type Row, VERTEX, ZERO } from "./row.ts";
import { inOrder } from "./variable-order.ts";
import type { Variable } from "./variable-space.ts";
import { Zone } from "./zone.ts";

/** Everything that either zone knows; bottom if they contradict. */
export function* meetZones(left: Zone, right: Zone): Work<Zone> {
  if (left.isBottom || right.isBottom) return Zone.bottom(left.space);
  if (left.isTop) return right.copy();
  if (right.isTop) return left.copy();
  if ((yield* boundsExclude(left, right)) || (yield* boundsExclude(right, left))) return Zone.bottom(left.space);
  const result = Zone.top(left.space);
  for (const zone of [left, right]) takeVertices(result, zone);
  left.space.touch(VERTEX * (left.extent + right.extent));
  const rows: MixedRow[] = Array.from({ length: result.extent }, mixedRow);
  yield* takeEdges(result, rows, left, FROM_LEFT);
  yield* takeEdges(result, rows, right, FROM_RIGHT);
  const { potential, lower, upper, space } = result;
  const constraints = { potential, lower, upper, relations: rows };
  if (!(yield* findModel(constraints, space.searchesSinksFirst))) return Zone.bottom(left.space);
  yield* closeMixed(rows, result.potential, (vertex) => vertex);
  rows.forEach((row, vertex) => {
    result.setOutgoing(vertex, row.vertices, row.weights);
  });
  yield* result.mirrorEdges();
  closeBounds(result);
  return result;
}

/** Whether the bounds of `zone` alone leave no room for what `other` says: no model has to be looked for then. */
function* boundsExclude(zone: Zone, other: Zone): Work<boolean> {
  const pace = new Pace();
  const own = other.variables.map((variable) => zone.vertexOf(variable));
  for (let from = 1; from < other.extent; from++) {
    const vertex = own[from] as number;
    if (vertex === 0) continue;
    const upper = zone.upper[vertex] as Integer;
    if (less(add(upper, other.lower[from] as Integer), 0)) return true;
    if (upper === Infinity) continue;
    const row = other.outgoing[from] as Row;
    for (let i = 0; i < row.size; i++) {
      const lower = zone.lower[own[row.vertices[i] as number] as number] as Integer;
      if (less(add(add(upper, lower), row.weights[i] as Integer), 0)) return true;
    }
    if (pace.isDue(row.size)) yield;
  }
  return false;
}

function takeVertices(result: Zone, zone: Zone): void {
  const zero = zone.potential[ZERO] as Integer;
  for (const variable of inOrder(zone, () => true)) {
    const vertex = zone.vertexOf(variable);
    const known = result.vertexOf(variable);
    const own = known === 0 ? result.newVertex(variable) : known;
    if (known === 0) result.potential[own] = subtract(zone.potential[vertex] as Integer, zero);
    result.lower[own] = smaller(result.lower[own] as Integer, zone.lower[vertex] as Integer);
    result.upper[own] = smaller(result.upper[own] as Integer, zone.upper[vertex] as Integer);
  }
}

function* takeEdges(result: Zone, rows: readonly MixedRow[], zone: Zone, origin: number): Work<void> {
  const pace = new Pace();
  const places = new Places(result.extent);
  for (let vertex = 1; vertex < zone.extent; vertex++) {
    const row = zone.outgoing[vertex] as Row;
    if (row.size === 0) continue;
    const own = rows[result.vertexOf(zone.variables[vertex] as Variable)] as MixedRow;
    places.enter(own.vertices);
    for (let i = 0; i < row.size; i++) {
      const to = result.vertexOf(zone.variables[row.vertices[i] as number] as Variable);
      takeEdge(own, places, to, row.weights[i] as Integer, origin);
    }
    places.leave(own.vertices);
    if (pace.isDue(own.vertices.length)) yield;
  }
}

function takeEdge(own: MixedRow, places: Places, to: number, weight: Integer, origin: number): void {
  const at = places.of(to);
  if (at < 0) {
    places.put(to, own.vertices.push(to) - 1);
    own.weights.push(weight);
    own.origins.push(origin);
  } else if (less(weight, own.weights[at] as Integer)) {
    own.weights[at] = weight;
    own.origins[at] = origin;
  } else if (weight === own.weights[at]) {
    own.origins[at] = FROM_BOTH;
  }
}
