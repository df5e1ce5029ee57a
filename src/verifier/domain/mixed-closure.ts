import { Pace, type Work } from "../../turns/index.ts";
import { add, type Integer, less, subtract } from "./integer.ts";
import { Places } from "./places.ts";
import { VertexHeap } from "./vertex-heap.ts";

/** Which of two graphs, each closed by itself, an edge of their meet comes from. */
export const FROM_LEFT = 1;
export const FROM_RIGHT = 2;
export const FROM_BOTH = 3;

/** Edges of one vertex of a meet, with their origins. */
export interface MixedRow {
  readonly vertices: number[];
  readonly weights: Integer[];
  readonly origins: number[];
}

export function mixedRow(): MixedRow {
  return { vertices: [], weights: [], origins: [] };
}

/** What an edge costs that is sorted, in edges looked at. */
const SORTED = 8;

/** Stands for all rows without edges; nobody writes to it. */
export const NO_EDGES: MixedRow = mixedRow();

/**
 * Closes the meet of two closed graphs. Only paths that change from one graph to the other can be shorter than an edge that is
 * there, so a search goes on behind an edge of one graph with edges of the other only ("chromatic" Dijkstra of the paper that
 * `Graph` names). `potential` is a model of the meet. Vertices without edges may share `NO_EDGES`.
 * Edges are looked at in the order of the `rank` of their ends.
 */
export function* closeMixed(
  rows: MixedRow[],
  potential: readonly Integer[],
  rank: (vertex: number) => number,
): Work<void> {
  const pace = new Pace();
  const mixes: number[] = [];
  for (const row of rows) {
    mixes.push(originsIn(row));
    if (pace.isDue(row.vertices.length)) yield;
  }
  const sources: number[] = [];
  for (let source = 0; source < rows.length; source++) {
    const row = rows[source] as MixedRow;
    if (continues(row, mixes)) sources.push(source);
    if (pace.isDue(row.vertices.length)) yield;
  }
  if (sources.length === 0) return;
  const ranks = rows.map((_, vertex) => rank(vertex));
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as MixedRow;
    rows[i] = sorted(row, ranks);
    if (pace.isDue(SORTED * row.vertices.length)) yield;
  }
  const search = new Search(rows, potential);
  const found: (readonly [source: number, paths: readonly Path[]])[] = [];
  for (const source of sources) {
    const shorter = yield* search.shorterFrom(source);
    if (shorter.length > 0) found.push([source, shorter]);
  }
  const places = new Places(rows.length);
  for (const [source, paths] of found) {
    const row = rows[source] as MixedRow;
    take(row, paths, places);
    if (pace.isDue(row.vertices.length)) yield;
  }
}

/** No two of the paths end at the same vertex. */
function take({ vertices, weights, origins }: MixedRow, paths: readonly Path[], places: Places): void {
  places.enter(vertices);
  for (const { vertex, weight } of paths) {
    const at = places.of(vertex);
    if (at >= 0) {
      weights[at] = weight;
    } else {
      vertices.push(vertex);
      weights.push(weight);
      origins.push(FROM_BOTH);
    }
  }
  places.leave(vertices);
}

function sorted(row: MixedRow, ranks: readonly number[]): MixedRow {
  const { vertices, weights, origins } = row;
  const rankAt = (i: number): number => ranks[vertices[i] as number] as number;
  let isSorted = true;
  for (let i = 1; i < vertices.length && isSorted; i++) isSorted = rankAt(i - 1) < rankAt(i);
  if (isSorted) return row;
  const order = vertices.map((_, i) => i).sort((a, b) => rankAt(a) - rankAt(b));
  return {
    vertices: order.map((i) => vertices[i] as number),
    weights: order.map((i) => weights[i] as Integer),
    origins: order.map((i) => origins[i] as number),
  };
}

interface Path {
  readonly vertex: number;
  readonly weight: Integer;
}

/** Which graphs' own edges leave a vertex, as bits. */
function originsIn({ origins }: MixedRow): number {
  let all = 0;
  for (let i = 0; i < origins.length; i++) if (origins[i] !== FROM_BOTH) all |= origins[i] as number;
  return all;
}

/** Whether behind an edge of one graph there is one of the other. */
function continues({ vertices, origins }: MixedRow, mixes: readonly number[]): boolean {
  for (let i = 0; i < vertices.length; i++) {
    const origin = origins[i] as number;
    if (origin !== FROM_BOTH && ((mixes[vertices[i] as number] as number) & (FROM_BOTH - origin)) !== 0) return true;
  }
  return false;
}

const UNSEEN = -1;

/** Dijkstra's algorithm with the potentials as a guide; the working arrays serve for all sources. */
class Search {
  readonly #rows: readonly MixedRow[];
  readonly #potential: readonly Integer[];
  readonly #distance: Integer[];
  readonly #origin: number[];
  readonly #seen: number[] = [];
  readonly #open: VertexHeap;
  readonly #places: Places;
  readonly #pace = new Pace();

  constructor(rows: readonly MixedRow[], potential: readonly Integer[]) {
    this.#rows = rows;
    this.#potential = potential;
    this.#distance = new Array<Integer>(rows.length).fill(0);
    this.#origin = new Array<number>(rows.length).fill(UNSEEN);
    this.#open = new VertexHeap(this.#distance);
    this.#places = new Places(rows.length);
  }

  /** Paths from `source` that are shorter than the edge to the same vertex, or to vertices without such an edge. */
  *shorterFrom(source: number): Work<Path[]> {
    const start = this.#potential[source] as Integer;
    const direct = this.#rows[source] as MixedRow;
    const result: Path[] = [];
    this.#see(source, 0, 0);
    this.#places.enter(direct.vertices);
    direct.vertices.forEach((vertex, i) => {
      const length = add(start, direct.weights[i] as Integer);
      this.#see(vertex, subtract(length, this.#potential[vertex] as Integer), direct.origins[i] as number);
      this.#open.insert(vertex);
    });
    while (!this.#open.isEmpty) {
      const nearest = this.#open.takeNearest();
      const cost = add(this.#distance[nearest] as Integer, this.#potential[nearest] as Integer);
      const length = subtract(cost, start);
      const at = this.#places.of(nearest);
      if (at < 0 || less(length, direct.weights[at] as Integer)) result.push({ vertex: nearest, weight: length });
      const origin = this.#origin[nearest] as number;
      if (origin !== FROM_BOTH) this.#follow(nearest, cost, FROM_BOTH - origin);
      if (this.#pace.isDue((this.#rows[nearest] as MixedRow).vertices.length)) yield;
    }
    this.#places.leave(direct.vertices);
    for (const vertex of this.#seen) this.#origin[vertex] = UNSEEN;
    this.#seen.length = 0;
    return result;
  }

  #see(vertex: number, distance: Integer, origin: number): void {
    if (this.#origin[vertex] === UNSEEN) this.#seen.push(vertex);
    this.#distance[vertex] = distance;
    this.#origin[vertex] = origin;
  }

  /** Goes on with the edges of one graph only. */
  #follow(vertex: number, cost: Integer, wanted: number): void {
    const row = this.#rows[vertex] as MixedRow;
    for (let i = 0; i < row.vertices.length; i++) {
      if (row.origins[i] !== wanted) continue;
      const next = row.vertices[i] as number;
      const through = subtract(add(cost, row.weights[i] as Integer), this.#potential[next] as Integer);
      if (this.#origin[next] === UNSEEN || less(through, this.#distance[next] as Integer)) {
        this.#see(next, through, wanted);
        this.#open.insertOrMoveUp(next);
      } else if (through === this.#distance[next]) {
        this.#origin[next] = (this.#origin[next] as number) | wanted;
      }
    }
  }
}
