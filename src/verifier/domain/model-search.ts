import { Pace, type Work } from "../../turns/index.ts";
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

/** All edges, those of vertex v from `starts[v]` up to `starts[v + 1]`, in the order of the vertices that they lead to. */
interface Edges {
  readonly starts: Int32Array;
  readonly targets: Int32Array;
  readonly weights: readonly Integer[];
}

function edgesOf({ lower, upper, relations }: ConstraintGraph): Edges {
  const starts = new Int32Array(relations.length + 1);
  const targets: number[] = [];
  const weights: Integer[] = [];
  for (let from = 0; from < relations.length; from++) {
    const { vertices, weights: lengths } = relations[from] as MixedRow;
    const row: [number, Integer][] = [];
    if (from === ZERO) {
      upper.forEach((bound, to) => {
        if (to !== ZERO && bound !== Infinity) row.push([to, bound]);
      });
    } else if (lower[from] !== Infinity) {
      row.push([ZERO, lower[from] as Integer]);
    }
    vertices.forEach((to, i) => {
      row.push([to, lengths[i] as Integer]);
    });
    row.sort(([a], [b]) => a - b);
    for (const [to, weight] of row) {
      targets.push(to);
      weights.push(weight);
    }
    starts[from + 1] = targets.length;
  }
  return { starts, targets: Int32Array.from(targets), weights };
}

/** Strongly connected components, sinks first (Tarjan). */
function components({ starts, targets }: Edges): number[][] {
  const found: number[][] = [];
  const size = starts.length - 1;
  const order = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const isOpen = new Uint8Array(size);
  const stack: number[] = [];
  let count = 0;
  const enter = (vertex: number): { vertex: number; next: number } => {
    order[vertex] = low[vertex] = count++;
    isOpen[vertex] = 1;
    stack.push(vertex);
    return { vertex, next: starts[vertex] as number };
  };
  for (let root = 0; root < size; root++) {
    const calls = order[root] === -1 ? [enter(root)] : [];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { vertex } = call;
      if (call.next < (starts[vertex + 1] as number)) {
        const to = targets[call.next++] as number;
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
export function* findModel(graph: ConstraintGraph, sinksFirst: boolean): Work<boolean> {
  const edges = edgesOf(graph);
  const order = components(edges);
  const marks = new Uint8Array(graph.relations.length);
  const lowering = new Lowering(graph.relations.length);
  for (const component of sinksFirst ? order : order.reverse()) {
    for (const vertex of component) marks[vertex] = QUEUED;
    if (!(yield* settle(graph.potential, edges, marks, lowering, component))) return false;
    if (!sinksFirst) for (const vertex of component) marks[vertex] = OUTSIDE;
  }
  return true;
}

function* settle(
  potential: Integer[],
  { starts, targets, weights }: Edges,
  marks: Uint8Array,
  lowering: Lowering,
  component: readonly number[],
): Work<boolean> {
  const pace = new Pace();
  let queue = component.slice();
  for (let round = 0; round < component.length && queue.length > 0; round++) {
    const next: number[] = [];
    for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
      marks[from] = IDLE;
      const start = potential[from] as Integer;
      const end = starts[from + 1] as number;
      for (let at = starts[from] as number; at < end; at++) {
        const to = targets[at] as number;
        const value = add(start, weights[at] as Integer);
        if (!less(value, potential[to] as Integer)) continue;
        potential[to] = value;
        lowering.note(from, to);
        if (marks[to] !== IDLE) continue;
        marks[to] = QUEUED;
        next.push(to);
      }
      if (pace.isDue(end - (starts[from] as number))) yield;
    }
    if (lowering.isEndless(next)) return false;
    queue = next;
  }
  const isModelAt = (from: number): boolean => {
    const start = potential[from] as Integer;
    for (let at = starts[from] as number; at < (starts[from + 1] as number); at++) {
      if (less(add(start, weights[at] as Integer), potential[targets[at] as number] as Integer)) return false;
    }
    return true;
  };
  return queue.every(isModelAt);
}

/**
 * Which edge lowered each potential last. A cycle of such edges is shorter than nothing (Tarjan 1981; Cherkassky and Goldberg,
 * "Negative-cycle detection algorithms", 1999): rounds would go on for ever, and there is no model.
 */
class Lowering {
  /** By vertex, 1 + the vertex whose edge lowered it last; 0 where none did. */
  readonly #causes: number[];
  /** By vertex, the walk that came by last. */
  readonly #seen: number[];
  #walks = 0;

  constructor(extent: number) {
    this.#causes = new Array<number>(extent).fill(0);
    this.#seen = new Array<number>(extent).fill(0);
  }

  note(cause: number, lowered: number): void {
    this.#causes[lowered] = cause + 1;
  }

  /** Whether the causes of one of these go round in a cycle. */
  isEndless(vertices: readonly number[]): boolean {
    const before = this.#walks;
    for (const vertex of vertices) {
      const walk = ++this.#walks;
      let at = vertex + 1;
      for (; at !== 0 && (this.#seen[at - 1] as number) <= before; at = this.#causes[at - 1] as number)
        this.#seen[at - 1] = walk;
      if (at !== 0 && this.#seen[at - 1] === walk) return true;
    }
    return false;
  }
}
