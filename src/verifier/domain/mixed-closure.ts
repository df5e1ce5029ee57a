import { add, type Integer, less, subtract } from "./integer.ts";

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

/**
 * Closes the meet of two closed graphs. Only paths that change from one graph to the other can be shorter than an edge that is
 * there, so a search goes on behind an edge of one graph with edges of the other only ("chromatic" Dijkstra of the paper that
 * `Graph` names). `potential` is a model of the meet.
 */
export function closeMixed(rows: readonly MixedRow[], potential: readonly Integer[]): void {
  const mixes = rows.map(({ origins }) =>
    origins.reduce((all, origin) => all | (origin === FROM_BOTH ? 0 : origin), 0),
  );
  const found: (readonly [number, readonly (readonly [number, Integer])[]])[] = [];
  for (let source = 0; source < rows.length; source++) {
    const row = rows[source] as MixedRow;
    const continues = row.vertices.some((vertex, i) => {
      const origin = row.origins[i] as number;
      return origin !== FROM_BOTH && ((mixes[vertex] as number) & (FROM_BOTH - origin)) !== 0;
    });
    if (!continues) continue;
    const shorter = shorterPaths(rows, potential, source);
    if (shorter.length > 0) found.push([source, shorter]);
  }
  for (const [source, paths] of found) {
    const row = rows[source] as MixedRow;
    for (const [vertex, weight] of paths) {
      const at = row.vertices.indexOf(vertex);
      if (at >= 0) {
        row.weights[at] = weight;
      } else {
        row.vertices.push(vertex);
        row.weights.push(weight);
        row.origins.push(FROM_BOTH);
      }
    }
  }
}

/** Paths from `source` that are shorter than the edge to the same vertex, or to vertices without such an edge. */
function shorterPaths(rows: readonly MixedRow[], potential: readonly Integer[], source: number): [number, Integer][] {
  const start = potential[source] as Integer;
  const direct = rows[source] as MixedRow;
  const open = new Set<number>();
  const distance = new Map<number, Integer>();
  const origin = new Map<number, number>();
  direct.vertices.forEach((vertex, i) => {
    distance.set(vertex, subtract(add(start, direct.weights[i] as Integer), potential[vertex] as Integer));
    origin.set(vertex, direct.origins[i] as number);
    open.add(vertex);
  });
  if (!distance.has(source)) distance.set(source, 0);
  const result: [number, Integer][] = [];
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
    const at = direct.vertices.indexOf(nearest);
    if (at < 0 || less(length, direct.weights[at] as Integer)) result.push([nearest, length]);
    const from = origin.get(nearest) as number;
    if (from === FROM_BOTH) continue;
    const row = rows[nearest] as MixedRow;
    for (let i = 0; i < row.vertices.length; i++) {
      const here = row.origins[i] as number;
      if (here !== FROM_BOTH - from) continue;
      const vertex = row.vertices[i] as number;
      const through = subtract(add(cost, row.weights[i] as Integer), potential[vertex] as Integer);
      const before = distance.get(vertex);
      if (before === undefined || less(through, before)) {
        distance.set(vertex, through);
        origin.set(vertex, here);
        open.add(vertex);
      } else if (through === before) {
        origin.set(vertex, (origin.get(vertex) ?? 0) | here);
      }
    }
  }
  return result;
}
