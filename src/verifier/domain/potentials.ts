import { add, type Integer, less, subtract } from "./integer.ts";
import { type Row, ZERO } from "./row.ts";
import { VertexHeap } from "./vertex-heap.ts";

/** A weighted graph with its bounds, and potentials that are to be a model of it. */
interface Weighted {
  readonly extent: number;
  readonly lower: readonly Integer[];
  readonly upper: readonly Integer[];
  readonly outgoing: readonly Row[];
  readonly potential: Integer[];
}

const NO_GRAPH: Weighted = { extent: 0, lower: [], upper: [], outgoing: [], potential: [] };

/**
 * Lowers potentials until all edges hold again. Its arrays serve for one repair after another, and are wiped where they were
 * written to: a repair costs what it looks at, however large the graph is.
 */
export class Repair {
  #graph: Weighted = NO_GRAPH;
  /** A change here would close a cycle. */
  #forbidden = 0;
  #change: Integer[] = [];
  #isSettled: number[] = [];
  readonly #settled: number[] = [];
  /** Vertices that are to be settled, most violated first. */
  #open = new VertexHeap(this.#change);
  #isCycle = false;

  /**
   * Lowers from `to` on, most violated first; a cycle back to `from` means that there is no model: true then. The potentials
   * change only if `commit` is set and there is one.
   */
  contradicts(graph: Weighted, from: number, to: number, excess: Integer, commit: boolean): boolean {
    this.#graph = graph;
    this.#forbidden = from;
    this.#isCycle = false;
    if (graph.extent > this.#change.length) this.#grow(2 * graph.extent);
    this.#lower(to, excess);
    this.#run();
    if (commit && !this.#isCycle) this.#commit();
    this.#wipe();
    return this.#isCycle;
  }

  #grow(extent: number): void {
    this.#change = new Array<Integer>(extent).fill(0);
    this.#isSettled = new Array<number>(extent).fill(0);
    this.#open = new VertexHeap(this.#change);
  }

  #wipe(): void {
    for (const vertex of this.#settled) this.#change[vertex] = this.#isSettled[vertex] = 0;
    this.#settled.length = 0;
    while (!this.#open.isEmpty) this.#change[this.#open.takeLast()] = 0;
    this.#graph = NO_GRAPH;
  }

  #lower(vertex: number, by: Integer): void {
    const before = this.#change[vertex] as Integer;
    if (!less(by, before)) return;
    if (vertex === this.#forbidden) this.#isCycle = true;
    this.#change[vertex] = by;
    this.#open.insertOrMoveUp(vertex);
  }

  #run(): void {
    const { potential } = this.#graph;
    while (!this.#open.isEmpty && !this.#isCycle) {
      const vertex = this.#open.takeNearest();
      this.#isSettled[vertex] = 1;
      this.#settled.push(vertex);
      this.#relaxEdges(vertex, add(potential[vertex] as Integer, this.#change[vertex] as Integer));
    }
  }

  #relaxEdges(vertex: number, value: Integer): void {
    const { upper, lower, outgoing } = this.#graph;
    if (vertex === ZERO) {
      for (let v = 1; v < upper.length; v++) if (upper[v] !== Infinity) this.#relax(v, add(value, upper[v] as Integer));
      return;
    }
    const row = outgoing[vertex] as Row;
    for (let i = 0; i < row.size; i++) this.#relax(row.vertices[i] as number, add(value, row.weights[i] as Integer));
    if (lower[vertex] !== Infinity) this.#relax(ZERO, add(value, lower[vertex] as Integer));
  }

  #relax(vertex: number, value: Integer): void {
    if (this.#isSettled[vertex] === 1) return;
    this.#lower(vertex, subtract(value, this.#graph.potential[vertex] as Integer));
  }

  #commit(): void {
    const { potential } = this.#graph;
    for (const v of this.#settled) potential[v] = add(potential[v] as Integer, this.#change[v] as Integer);
  }
}
