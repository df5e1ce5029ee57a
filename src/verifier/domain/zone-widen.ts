import { Pace, type Work } from "../../turns/index.ts";
import { closeBounds } from "./closure.ts";
import { add, type Integer, less, subtract } from "./integer.ts";
import { Places } from "./places.ts";
import { type Quiet, quietVertices, withQuiet } from "./quiet.ts";
import { type Row, VERTEX, ZERO } from "./row.ts";
import { inOrder } from "./variable-order.ts";
import type { Variable } from "./variable-space.ts";
import { VertexHeap } from "./vertex-heap.ts";
import { Zone } from "./zone.ts";

/** What the left zone knows and the right one does not contradict: chains of widenings are finite. Neither is bottom. */
export function* widenZones(left: Zone, right: Zone): Work<Zone> {
  const quiet = quietVertices(left, right);
  const widened = yield* widenRelated(left, right, quiet);
  return quiet === undefined ? widened : yield* withQuiet(widened, left, quiet);
}

/** The widening of what is not quiet. */
function* widenRelated(left: Zone, right: Zone, quiet: Quiet | undefined): Work<Zone> {
  const result = Zone.top(left.space);
  const pairs: [number, number][] = [[ZERO, ZERO]];
  const common = new Array<number>(left.extent).fill(0);
  const isCommon = (variable: Variable, vertex: number): boolean =>
    quiet?.marks[vertex] !== 1 && right.vertexOf(variable) !== 0;
  for (const variable of inOrder(left, isCommon)) {
    const vertex = left.vertexOf(variable);
    const other = right.vertexOf(variable);
    common[vertex] = result.newVertex(variable);
    pairs.push([vertex, other]);
  }
  left.space.touch(left.extent + right.extent + 2 * VERTEX * pairs.length);
  const unstable = new Array<number>(pairs.length).fill(0);
  for (let v = 1; v < pairs.length; v++) {
    const [l, r] = pairs[v] as [number, number];
    result.potential[v] = subtract(left.potential[l] as Integer, left.potential[ZERO] as Integer);
    result.upper[v] = kept(left.upper[l] as Integer, right.upper[r] as Integer);
    result.lower[v] = kept(left.lower[l] as Integer, right.lower[r] as Integer);
    if (result.lower[v] !== left.lower[l]) unstable[v] = 1;
  }
  const pace = new Pace();
  const places = new Places(right.extent);
  for (let v = 1; v < pairs.length; v++) {
    const [l, r] = pairs[v] as [number, number];
    const row = left.outgoing[l] as Row;
    const others = right.outgoing[r] as Row;
    places.enter(others.vertices);
    for (let i = 0; i < row.size; i++) {
      const to = common[row.vertices[i] as number] as number;
      if (to === 0) continue;
      const weight = row.weights[i] as Integer;
      const at = places.of((pairs[to] as [number, number])[1]);
      const other = at < 0 ? Infinity : (others.weights[at] as Integer);
      if (kept(weight, other) === Infinity) unstable[v] = 1;
      else result.setNewEdge(v, to, weight);
    }
    places.leave(others.vertices);
    if (pace.isDue(row.size + others.size)) yield;
  }
  yield* recoverPaths(result, unstable);
  closeBounds(result);
  return result;
}

function kept(left: Integer, right: Integer): Integer {
  return less(left, right) ? Infinity : left;
}

/** Shortest paths from the vertices that lost an edge; stable ones are closed already, so paths end one edge behind them. */
function* recoverPaths(zone: Zone, unstable: readonly number[]): Work<void> {
  const search = new PathSearch(zone, unstable);
  for (let source = 1; source < unstable.length; source++) if (unstable[source] === 1) yield* search.from(source);
  const pace = new Pace();
  for (const [from, to, weight] of search.found) {
    zone.setEdge(from, to, weight);
    if (pace.isDue((zone.outgoing[from] as Row).size)) yield;
  }
}

/** Dijkstra's algorithm; the working arrays serve for all sources. */
class PathSearch {
  /** Paths that are shorter than the edges there are. */
  readonly found: [from: number, to: number, weight: Integer][] = [];
  readonly #zone: Zone;
  readonly #unstable: readonly number[];
  readonly #distance: Integer[];
  readonly #open: VertexHeap;
  readonly #places: Places;
  /** Rows in the order of their vertices, as they are needed. */
  readonly #sorted: (Edges | undefined)[];
  readonly #pace = new Pace();

  constructor(zone: Zone, unstable: readonly number[]) {
    this.#zone = zone;
    this.#unstable = unstable;
    this.#distance = new Array<Integer>(zone.extent).fill(Infinity);
    this.#open = new VertexHeap(this.#distance);
    this.#places = new Places(zone.extent);
    this.#sorted = new Array<Edges | undefined>(zone.extent).fill(undefined);
  }

  #edges(vertex: number): Edges {
    const edges = this.#sorted[vertex] ?? sortedEdges(this.#zone.outgoing[vertex] as Row);
    this.#sorted[vertex] = edges;
    return edges;
  }

  *from(source: number): Work<void> {
    const { potential } = this.#zone;
    const start = potential[source] as Integer;
    const direct = this.#edges(source);
    const ends = new Set<number>();
    this.#distance.fill(Infinity);
    this.#distance[source] = 0;
    this.#places.enter(direct.vertices);
    direct.vertices.forEach((to, i) => {
      this.#distance[to] = subtract(add(start, direct.weights[i] as Integer), potential[to] as Integer);
      this.#open.insert(to);
    });
    while (!this.#open.isEmpty) {
      const nearest = this.#open.takeNearest();
      const cost = add(this.#distance[nearest] as Integer, potential[nearest] as Integer);
      const length = subtract(cost, start);
      const at = this.#places.of(nearest);
      if (at < 0 || less(length, direct.weights[at] as Integer)) this.found.push([source, nearest, length]);
      if (!ends.has(nearest)) this.#follow(nearest, cost, ends);
      if (this.#pace.isDue((this.#zone.outgoing[nearest] as Row).size)) yield;
    }
    this.#places.leave(direct.vertices);
  }

  #follow(vertex: number, cost: Integer, ends: Set<number>): void {
    const { potential } = this.#zone;
    const stable = this.#unstable[vertex] === 0;
    const { vertices, weights } = this.#edges(vertex);
    for (let i = 0; i < vertices.length; i++) {
      const to = vertices[i] as number;
      const through = subtract(add(cost, weights[i] as Integer), potential[to] as Integer);
      const before = this.#distance[to] as Integer;
      if (less(through, before)) {
        this.#distance[to] = through;
        if (stable) ends.add(to);
        else ends.delete(to);
        this.#open.insertOrMoveUp(to);
      } else if (through === before && stable) {
        ends.add(to);
      }
    }
  }
}

interface Edges {
  readonly vertices: readonly number[];
  readonly weights: readonly Integer[];
}

function sortedEdges({ vertices, weights }: Row): Edges {
  const order = vertices.map((_, i) => i).sort((a, b) => (vertices[a] as number) - (vertices[b] as number));
  return { vertices: order.map((i) => vertices[i] as number), weights: order.map((i) => weights[i] as Integer) };
}
