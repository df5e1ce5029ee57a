import { add, type Integer, less } from "./integer.ts";
import type { MixedRow } from "./mixed-closure.ts";
import { ZERO } from "./row.ts";

/** Difference constraints for which a model is looked for: bounds and relations apart, by vertex. */
export interface ConstraintGraph {
  /** On entry a guess, on success a model: no edge is shorter than the step between its ends. */
  readonly potential: Integer[];
  readonly lower: readonly Integer[];
  readonly upper: readonly Integer[];
  readonly relations: readonly MixedRow[];
}

type Edges = readonly (readonly [to: number, weight: Integer])[];

function edgesOf({ lower, upper, relations }: ConstraintGraph): Edges[] {
  return relations.map(({ vertices, weights }, from) => {
    const edges: [number, Integer][] = [];
    if (from === ZERO) {
      upper.forEach((bound, to) => {
        if (to !== ZERO && bound !== Infinity) edges.push([to, bound]);
      });
    } else if (lower[from] !== Infinity) {
      edges.push([ZERO, lower[from] as Integer]);
    }
    vertices.forEach((to, i) => {
      edges.push([to, weights[i] as Integer]);
    });
    return edges.sort(([a], [b]) => a - b);
  });
}

/** Strongly connected components, sinks first (Tarjan). */
function components(edges: readonly Edges[]): number[][] {
  const found: number[][] = [];
  const order = new Int32Array(edges.length).fill(-1);
  const low = new Int32Array(edges.length);
  const isOpen = new Uint8Array(edges.length);
  const stack: number[] = [];
  let count = 0;
  const enter = (vertex: number): { vertex: number; next: number } => {
    order[vertex] = low[vertex] = count++;
    isOpen[vertex] = 1;
    stack.push(vertex);
    return { vertex, next: 0 };
  };
  for (let root = 0; root < edges.length; root++) {
    const calls = order[root] === -1 ? [enter(root)] : [];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { vertex } = call;
      const edge = (edges[vertex] as Edges)[call.next++];
      if (edge !== undefined) {
        const [to] = edge;
        if (order[to] === -1) calls.push(enter(to));
        else if (isOpen[to] === 1) low[vertex] = Math.min(low[vertex] as number, order[to] as number);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.vertex;
      if (caller !== undefined) low[caller] = Math.min(low[caller] as number, low[vertex] as number);
      if (low[vertex] === order[vertex]) found.push(closed(stack, vertex, isOpen));
    }
  }
  return found;
}

function closed(stack: number[], root: number, isOpen: Uint8Array): number[] {
  const component = stack.splice(stack.lastIndexOf(root)).reverse();
  for (const vertex of component) isOpen[vertex] = 0;
  return component;
}

const OUTSIDE = 0;
const IDLE = 1;
const QUEUED = 2;

/**
 * Lowers potentials, component by component, until they are a model; false if there is none. Sources come first, so that a
 * finished component stays finished. With `sinksFirst`, as 0.2.4 has it (D20), finished components are disturbed and worked on
 * for as many rounds only as the component at hand has vertices: it may find no model although there is one.
 */
export function findModel(graph: ConstraintGraph, sinksFirst: boolean): boolean {
  const edges = edgesOf(graph);
  const order = components(edges);
  const marks = new Uint8Array(edges.length);
  for (const component of sinksFirst ? order : order.reverse()) {
    for (const vertex of component) marks[vertex] = QUEUED;
    if (!settle(graph.potential, edges, marks, component)) return false;
    if (!sinksFirst) for (const vertex of component) marks[vertex] = OUTSIDE;
  }
  return true;
}

function settle(
  potential: Integer[],
  edges: readonly Edges[],
  marks: Uint8Array,
  component: readonly number[],
): boolean {
  let queue = component.slice();
  for (let round = 0; round < component.length && queue.length > 0; round++) {
    const next: number[] = [];
    for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
      marks[from] = IDLE;
      const start = potential[from] as Integer;
      for (const [to, weight] of edges[from] as Edges) {
        const value = add(start, weight);
        if (!less(value, potential[to] as Integer)) continue;
        potential[to] = value;
        if (marks[to] !== IDLE) continue;
        marks[to] = QUEUED;
        next.push(to);
      }
    }
    queue = next;
  }
  return queue.every((from) =>
    (edges[from] as Edges).every(([to, weight]) => {
      return !less(add(potential[from] as Integer, weight), potential[to] as Integer);
    }),
  );
}
