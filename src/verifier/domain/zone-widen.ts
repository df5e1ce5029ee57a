import { closeBounds } from "./closure.ts";
import { add, type Integer, less, subtract } from "./integer.ts";
import { type Row, ZERO } from "./row.ts";
import { inOrder } from "./variable-order.ts";
import { VertexHeap } from "./vertex-heap.ts";
import { Zone } from "./zone.ts";

/** What the left zone knows and the right one does not contradict: chains of widenings are finite. Neither is bottom. */
export function widenZones(left: Zone, right: Zone): Zone {
  const result = Zone.top(left.space);
  const pairs: [number, number][] = [[ZERO, ZERO]];
  const common = new Int16Array(left.extent);
  for (const variable of inOrder(left, (candidate) => right.vertexOf(candidate) !== 0)) {
    const vertex = left.vertexOf(variable);
    const other = right.vertexOf(variable);
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
  const distance = new Array<Integer>(zone.extent).fill(Infinity);
  const open = new VertexHeap(distance);
  const ends = new Set<number>();
  distance[source] = 0;
  for (const [to, weight] of sortedEdges(zone, source)) {
    distance[to] = subtract(add(start, weight), potential[to] as Integer);
    open.insert(to);
  }
  while (!open.isEmpty) {
    const nearest = open.takeNearest();
    const cost = add(distance[nearest] as Integer, potential[nearest] as Integer);
    const length = subtract(cost, start);
    if (less(length, zone.edge(source, nearest))) found.push([source, nearest, length]);
    if (ends.has(nearest)) continue;
    const stable = unstable[nearest] === 0;
    for (const [to, weight] of sortedEdges(zone, nearest)) {
      const through = subtract(add(cost, weight), potential[to] as Integer);
      if (less(through, distance[to] as Integer)) {
        distance[to] = through;
        if (stable) ends.add(to);
        else ends.delete(to);
        open.insertOrMoveUp(to);
      } else if (through === distance[to] && stable) {
        ends.add(to);
      }
    }
  }
}

function sortedEdges(zone: Zone, vertex: number): (readonly [to: number, weight: Integer])[] {
  const { vertices, weights } = zone.outgoing[vertex] as Row;
  return vertices.map((to, i) => [to, weights[i] as Integer] as const).sort(([a], [b]) => a - b);
}
