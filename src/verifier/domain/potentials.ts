import { add, type Integer, less, subtract } from "./integer.ts";
import { type Row, ZERO } from "./row.ts";

/** A weighted graph with its bounds, and potentials that are to be a model of it. */
interface Weighted {
  readonly extent: number;
  readonly lower: readonly Integer[];
  readonly upper: readonly Integer[];
  readonly outgoing: readonly Row[];
  readonly potential: Integer[];
}

/**
 * Lowers potentials from `to` on, most violated first, until all edges hold again; a cycle back to `from` means that there is no
 * model: true then. The potentials change only if `commit` is set and there is one.
 */
export function repairPotentials(graph: Weighted, from: number, to: number, excess: Integer, commit: boolean): boolean {
  const search = new Repair(graph, from);
  search.lower(to, excess);
  if (search.run()) return true;
  if (commit) search.commit();
  return false;
}

class Repair {
  readonly #graph: Weighted;
  /** A change here would close a cycle. */
  readonly #forbidden: number;
  readonly #change: Integer[];
  readonly #isSettled: number[];
  readonly #settled: number[] = [];
  readonly #open: number[] = [];
  #isCycle = false;

  constructor(graph: Weighted, forbidden: number) {
    this.#graph = graph;
    this.#forbidden = forbidden;
    this.#change = new Array<Integer>(graph.extent).fill(0);
    this.#isSettled = new Array<number>(graph.extent).fill(0);
  }

  lower(vertex: number, by: Integer): void {
    const before = this.#change[vertex] as Integer;
    if (!less(by, before)) return;
    if (vertex === this.#forbidden) this.#isCycle = true;
    if (before === 0) this.#open.push(vertex);
    this.#change[vertex] = by;
  }

  /** Whether a cycle was found. */
  run(): boolean {
    const { potential } = this.#graph;
    while (this.#open.length > 0 && !this.#isCycle) {
      const vertex = this.#takeMostViolated();
      this.#isSettled[vertex] = 1;
      this.#settled.push(vertex);
      this.#relaxEdges(vertex, add(potential[vertex] as Integer, this.#change[vertex] as Integer));
    }
    return this.#isCycle;
  }

  #takeMostViolated(): number {
    const open = this.#open;
    let best = 0;
    for (let i = 1; i < open.length; i++) {
      if (less(this.#change[open[i] as number] as Integer, this.#change[open[best] as number] as Integer)) best = i;
    }
    const vertex = open[best] as number;
    open[best] = open[open.length - 1] as number;
    open.pop();
    return vertex;
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
    this.lower(vertex, subtract(value, this.#graph.potential[vertex] as Integer));
  }

  commit(): void {
    const { potential } = this.#graph;
    for (const v of this.#settled) potential[v] = add(potential[v] as Integer, this.#change[v] as Integer);
  }
}
