import { Pace, type Work } from "../../turns/index.ts";
import { add, type Integer, less } from "./integer.ts";
import { Places } from "./places.ts";
import type { Row } from "./row.ts";
import type { Variable } from "./variable-space.ts";
import type { Zone } from "./zone.ts";

/** Whether everything that `larger` knows is known to, or follows from the bounds of, `smaller`; `ignored` variables apart. */
export function* isWithin(smaller: Zone, larger: Zone, ignored: ReadonlySet<Variable>): Work<boolean> {
  if (smaller.isBottom) return true;
  if (larger.isBottom) return false;
  const required: number[] = [];
  let count = 0;
  for (let vertex = 1; vertex < larger.extent; vertex++) {
    const variable = larger.variables[vertex] as Variable;
    if (variable < 0 || ignored.has(variable)) continue;
    count++;
    if (hasRelevantEdges(larger, vertex, ignored)) required.push(vertex);
  }
  if (required.length === 0) return true;
  if (smaller.isTop || smaller.vertexCount < count) return false;
  const pace = new Pace();
  const places = new Places(smaller.extent);
  for (const vertex of required) {
    if (!implies(smaller, larger, vertex, ignored, places)) return false;
    if (pace.isDue((larger.outgoing[vertex] as Row).size)) yield;
  }
  return true;
}

function hasRelevantEdges(zone: Zone, vertex: number, ignored: ReadonlySet<Variable>): boolean {
  if (zone.lower[vertex] !== Infinity || zone.upper[vertex] !== Infinity) return true;
  const relevant = (row: Row): boolean => row.vertices.some((other) => !ignored.has(zone.variables[other] as Variable));
  return relevant(zone.outgoing[vertex] as Row) || relevant(zone.incoming[vertex] as Row);
}

function implies(smaller: Zone, larger: Zone, vertex: number, ignored: ReadonlySet<Variable>, places: Places): boolean {
  const own = smaller.vertexOf(larger.variables[vertex] as Variable);
  if (own === 0) return false;
  const lower = smaller.lower[own] as Integer;
  if (less(larger.lower[vertex] as Integer, lower)) return false;
  if (less(larger.upper[vertex] as Integer, smaller.upper[own] as Integer)) return false;
  const row = larger.outgoing[vertex] as Row;
  const edges = smaller.outgoing[own] as Row;
  places.enter(edges.vertices);
  let holds = true;
  for (let i = 0; i < row.size && holds; i++) {
    const target = larger.variables[row.vertices[i] as number] as Variable;
    if (ignored.has(target)) continue;
    const to = smaller.vertexOf(target);
    const at = places.of(to);
    const weight = row.weights[i] as Integer;
    const isEdge = at >= 0 && !less(weight, edges.weights[at] as Integer);
    holds = to !== 0 && (isEdge || !less(weight, add(lower, smaller.upper[to] as Integer)));
  }
  places.leave(edges.vertices);
  return holds;
}
