import { closeBounds } from "./closure.ts";
import { ZERO } from "./graph.ts";
import { add, type Integer, less, subtract } from "./integer.ts";
import type { Row } from "./row.ts";
import type { Variable } from "./variable-space.ts";
import { Zone } from "./zone.ts";

/** What the left zone knows and the right one does not contradict: chains of widenings are finite. Neither is bottom. */
export function widenZones(left: Zone, right: Zone): Zone {
  const result = Zone.top(left.space);
  const pairs: [number, number][] = [[ZERO, ZERO]];
  const common = new Int16Array(left.extent);
  for (let vertex = 1; vertex < left.extent; vertex++) {
    const variable = left.variables[vertex] as Variable;
    const other = variable < 0 ? 0 : right.vertexOf(variable);
    if (other === 0) continue;
    common[vertex] = result.newVertex(variable);
    pairs.push([vertex, other]);
  }
  const unstable = new Uint8Array(pairs.length);
  for (let v = 1; v < pairs.length; v++) {
    const [l, r] = pairs[v] as [number, number];
    result.potential[v] = subtract(left.potential[l] as Integer, left.potential[ZERO] as Integer);
    result.upper[v] = kept(left.upper[l] as Integer, right.upper[r] as Integer);
    result.lower[v] = kept(left.lower[l] as Integer, right.lower[r] as Integer);
    if (result.lower[v] !== left.lower[l]) unstable[v] = 1;
  }
  for (let v = 1; v < pairs.length; v++) {
    const [l, r] = pairs[v] as [number, number];
    const row = left.outgoing[l] as Row;
    for (let i = 0; i < row.size; i++) {
      const target = row.vertices[i] as number;
      const to = common[target] as number;
      if (to === 0) continue;
      const weight = row.weights[i] as Integer;
      if (kept(weight, right.edge(r, (pairs[to] as [number, number])[1])) === Infinity) unstable[v] = 1;
      else result.setEdge(v, to, weight);
    }
  }
  recoverPaths(result, unstable);
  closeBounds(result);
  return result;
}

function kept(left: Integer, right: Integer): Integer {
  return less(left, right) ? Infinity : left;
}

/** Shortest paths from the vertices that lost an edge; stable ones are closed already, so paths end one edge behind them. */
function recoverPaths(zone: Zone, unstable: Uint8Array): void {
  const found: [number, number, Integer][] = [];
  for (let source = 1; source < unstable.length; source++) {
    if (unstable[source] === 1) searchFrom(zone, unstable, source, found);
  }
  for (const [from, to, weight] of found) zone.setEdge(from, to, weight);
}

function searchFrom(zone: Zone, unstable: Uint8Array, source: number, found: [number, number, Integer][]): void {
  const { potential } = zone;
  const start = potential[source] as Integer;
  const open = new Set<number>();
  const distance = new Map<number, Integer>([[source, 0]]);
  const ends = new Set<number>();
  const direct = zone.outgoing[source] as Row;
  for (let i = 0; i < direct.size; i++) {
    const to = direct.vertices[i] as number;
    distance.set(to, subtract(add(start, direct.weights[i] as Integer), potential[to] as Integer));
    open.add(to);
  }
  while (open.size > 0) {
    let nearest = -1;
    let least: Integer = Infinity;
    for (const vertex of open) {
      const candidate = distance.get(vertex) as Integer;
      if (less(candidate, least)) {
        nearest = vertex;
        least = candidate;
      }
    }
    open.delete(nearest);
    const cost = add(least, potential[nearest] as Integer);
    const length = subtract(cost, start);
    if (less(length, zone.edge(source, nearest))) found.push([source, nearest, length]);
    if (ends.has(nearest)) continue;
    const stable = unstable[nearest] === 0;
    const row = zone.outgoing[nearest] as Row;
    for (let i = 0; i < row.size; i++) {
      const to = row.vertices[i] as number;
      const through = subtract(add(cost, row.weights[i] as Integer), potential[to] as Integer);
      const before = distance.get(to);
      if (before === undefined || less(through, before)) {
        distance.set(to, through);
        if (stable) ends.add(to);
        else ends.delete(to);
        open.add(to);
      } else if (through === before && stable) {
        ends.add(to);
      }
    }
  }
}
