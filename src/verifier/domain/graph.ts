import { Pace, type Work } from "../../turns/index.ts";
import { add, type Integer, less, subtract } from "./integer.ts";
import { Row } from "./row.ts";
import type { Variable, VariableSpace } from "./variable-space.ts";

/** What a vertex costs in a copy, in relations looked at. */
const COPIED_VERTEX = 3;

/**
 * Difference constraints as a weighted graph: an edge from x to y of weight k says y - x <= k. Edges to and from `ZERO` (the
 * bounds) live in arrays of their own and are not composed with the others, as in "Exploiting Sparsity in Difference-Bound
 * Matrices" (Gange, Navas, Schachte, Søndergaard, Stuckey; SAS 2016). Potentials are a model of all constraints; they make the
 * test whether a new edge contradicts the others cheap (Cotton and Maler, "Fast and Flexible Difference Constraint
 * Propagation for DPLL(T)", SAT 2006). Rows are shared between copies until one of them writes.
 */
export class Graph {
  readonly space: VariableSpace;
  #token: number;
  /** By slot, the vertex of the one variable that this graph may know of those that share it, 0 where it has none. No typed array: the memory of those is freed while all else waits. */
  #vertices: number[];
  /** Variable of each vertex, -1 for free ones and for `ZERO`. */
  readonly variables: Variable[];
  readonly #free: number[];
  /** By vertex x, k with -x <= k: minus the lower bound. */
  readonly lower: Integer[];
  /** By vertex x, k with x <= k: the upper bound. */
  readonly upper: Integer[];
  readonly potential: Integer[];
  readonly outgoing: Row[];
  readonly incoming: Row[];
  /** Vertices whose bounds may not have reached their neighbours yet; undefined: it may be any. */
  #unsettled: number[] | undefined;

  /** A copy of `source`, or an empty graph. Of a source that nobody writes to while the copy lives, `isTrial` copies take nothing away. */
  protected constructor(space: VariableSpace, source?: Graph, isTrial = false) {
    this.space = space;
    this.#token = space.nextToken();
    if (source === undefined) {
      this.#vertices = new Array<number>(space.slotCount + 16).fill(0);
      this.variables = [-1];
      this.#free = [];
      this.lower = [Infinity];
      this.upper = [Infinity];
      this.potential = [0];
      this.outgoing = [Row.EMPTY];
      this.incoming = [Row.EMPTY];
    } else {
      if (!isTrial) source.#token = space.nextToken();
      space.touch(COPIED_VERTEX * source.extent);
      this.#unsettled = source.#unsettled?.slice();
      this.#vertices = source.#vertices.slice();
      this.variables = source.variables.slice();
      this.#free = source.#free.slice();
      this.lower = source.lower.slice();
      this.upper = source.upper.slice();
      this.potential = source.potential.slice();
      this.outgoing = source.outgoing.slice();
      this.incoming = source.incoming.slice();
    }
  }

  /** Number of vertices that were ever made, free ones and `ZERO` included. */
  get extent(): number {
    return this.variables.length;
  }

  /** Number of variables that have a vertex. */
  get vertexCount(): number {
    return this.variables.length - 1 - this.#free.length;
  }

  /** Whether nothing at all is known. */
  get isTop(): boolean {
    for (let v = 1; v < this.variables.length; v++) if (this.hasEdges(v)) return false;
    return true;
  }

  hasEdges(vertex: number): boolean {
    return (
      this.lower[vertex] !== Infinity ||
      this.upper[vertex] !== Infinity ||
      (this.outgoing[vertex] as Row).size > 0 ||
      (this.incoming[vertex] as Row).size > 0
    );
  }

  /** The variable's vertex, or 0 if it has none. */
  vertexOf(variable: Variable): number {
    if (variable < 0) return 0;
    const vertex = this.#vertices[this.space.slot(variable)] ?? 0;
    return this.variables[vertex] === variable ? vertex : 0;
  }

  /** The variable's vertex, made without edges if need be. */
  vertex(variable: Variable): number {
    const known = this.vertexOf(variable);
    return known !== 0 ? known : this.newVertex(variable);
  }

  /** Gives a vertex that was made for no variable (-1) to one that has none. */
  adopt(vertex: number, variable: Variable): void {
    this.variables[vertex] = variable;
    this.#mapTo(variable, vertex);
  }

  /** A fresh vertex for a variable that has none; for -1, one that `adopt` gives away later. */
  newVertex(variable: Variable): number {
    let vertex = this.#free.pop();
    if (vertex === undefined) {
      vertex = this.variables.length;
      this.lower.push(Infinity);
      this.upper.push(Infinity);
      this.potential.push(0);
      this.outgoing.push(Row.EMPTY);
      this.incoming.push(Row.EMPTY);
      this.variables.push(variable);
    } else {
      this.potential[vertex] = 0;
      this.variables[vertex] = variable;
    }
    if (variable >= 0) this.#mapTo(variable, vertex);
    return vertex;
  }

  #mapTo(variable: Variable, vertex: number): void {
    const slot = this.space.slot(variable);
    if (slot >= this.#vertices.length) {
      const missing = this.space.slotCount + 16 - this.#vertices.length;
      this.#vertices = this.#vertices.concat(new Array<number>(missing).fill(0));
    }
    this.#vertices[slot] = vertex;
  }

  /** Removes a variable with all that is known about it. */
  forget(variable: Variable): void {
    const vertex = this.vertexOf(variable);
    if (vertex !== 0) this.forgetVertex(vertex);
  }

  forgetVertex(vertex: number): void {
    const variable = this.variables[vertex] as Variable;
    if (this.vertexOf(variable) === vertex) this.#vertices[this.space.slot(variable)] = 0;
    this.variables[vertex] = -1;
    this.#free.push(vertex);
    this.lower[vertex] = Infinity;
    this.upper[vertex] = Infinity;
    const out = this.outgoing[vertex] as Row;
    const into = this.incoming[vertex] as Row;
    this.outgoing[vertex] = Row.EMPTY;
    this.incoming[vertex] = Row.EMPTY;
    let searched = 0;
    for (const target of out.vertices) searched += this.#remove(this.incoming, target, vertex);
    for (const source of into.vertices) searched += this.#remove(this.outgoing, source, vertex);
    this.space.touch(searched >> 2);
  }

  /** Removes the edges of a vertex; whoever asks for it removes those of their other ends as well. */
  isolate(vertex: number): void {
    this.outgoing[vertex] = Row.EMPTY;
    this.incoming[vertex] = Row.EMPTY;
  }

  /** The size of the row that was searched. */
  #remove(rows: Row[], from: number, vertex: number): number {
    if (from === vertex) return 0;
    const row = this.#write(rows, from);
    row.remove(vertex);
    return row.size;
  }

  /** Gives the vertex of one variable to another, which loses what was known about it. */
  renameVariable(from: Variable, to: Variable): void {
    const vertex = this.vertexOf(from);
    if (vertex === 0) return;
    this.forget(to);
    this.#vertices[this.space.slot(from)] = 0;
    this.variables[vertex] = to;
    this.#mapTo(to, vertex);
  }

  #write(rows: Row[], vertex: number): Row {
    const row = rows[vertex] as Row;
    if (row.owner === this.#token) return row;
    const own = row.copyFor(this.#token);
    this.space.touch(row.size);
    rows[vertex] = own;
    return own;
  }

  /** Vertices whose bounds closure has to look at; undefined: all. */
  get unsettled(): readonly number[] | undefined {
    return this.#unsettled;
  }

  /** All bounds have been carried over all relations. */
  settle(): void {
    this.#unsettled = [];
  }

  /** Relations or bounds changed in a way that closure cannot tell from a list of vertices. */
  unsettle(): void {
    this.#unsettled = undefined;
  }

  /** The bounds or relations of a vertex changed: closure has to look at it. Of many it looks at all. */
  disturb(vertex: number): void {
    const unsettled = this.#unsettled;
    if (unsettled === undefined) return;
    if (unsettled.length < this.extent) unsettled.push(vertex);
    else this.#unsettled = undefined;
  }

  tightenLower(vertex: number, weight: Integer): void {
    this.lower[vertex] = weight;
    this.disturb(vertex);
  }

  tightenUpper(vertex: number, weight: Integer): void {
    this.upper[vertex] = weight;
    this.disturb(vertex);
  }

  edge(from: number, to: number): Integer {
    return (this.outgoing[from] as Row).weightTo(to);
  }

  /** Neither end is `ZERO`. */
  setEdge(from: number, to: number, weight: Integer): void {
    this.disturb(from);
    this.disturb(to);
    this.#putEdge(from, to, weight);
  }

  #putEdge(from: number, to: number, weight: Integer): void {
    this.#put(this.outgoing, from, to, weight);
    this.#put(this.incoming, to, from, weight);
  }

  #put(rows: Row[], vertex: number, other: number, weight: Integer): void {
    if ((rows[vertex] as Row).size === 0) rows[vertex] = new Row(this.#token, [other], [weight]);
    else this.#write(rows, vertex).set(other, weight);
  }

  /** As `#put`, of an edge that is certainly not there yet. Most vertices have one: an array that grew would have room for 17. */
  #append(rows: Row[], vertex: number, other: number, weight: Integer): void {
    if ((rows[vertex] as Row).size === 0) rows[vertex] = new Row(this.#token, [other], [weight]);
    else this.#write(rows, vertex).append(other, weight);
  }

  /** As `setEdge`, of an edge that is certainly not there yet. */
  setNewEdge(from: number, to: number, weight: Integer): void {
    this.disturb(from);
    this.disturb(to);
    this.#append(this.outgoing, from, to, weight);
    this.#append(this.incoming, to, from, weight);
  }

  /** Has closure look at a new vertex wherever it has to look at the one that it was made like. */
  disturbLike(made: number, model: number): void {
    if (this.#unsettled?.includes(model) === true) this.disturb(made);
  }

  /** Installs edges that were computed elsewhere, of a vertex that has none, and their mirror images. */
  installRows(vertex: number, out: Row, into: Row): void {
    this.outgoing[vertex] = out;
    this.incoming[vertex] = into;
    for (let i = 0; i < out.size; i++) {
      this.#append(this.incoming, out.vertices[i] as number, vertex, out.weights[i] as Integer);
    }
    for (let i = 0; i < into.size; i++) {
      this.#append(this.outgoing, into.vertices[i] as number, vertex, into.weights[i] as Integer);
    }
  }

  /** Sets the outgoing edges of a vertex of a graph under construction; `mirrorEdges` completes it. */
  setOutgoing(vertex: number, vertices: number[], weights: Integer[]): void {
    this.outgoing[vertex] = vertices.length === 0 ? Row.EMPTY : new Row(this.#token, vertices, weights);
  }

  /** Builds the incoming rows, empty so far, from the outgoing ones. */
  *mirrorEdges(): Work<void> {
    const pace = new Pace();
    for (let from = 1; from < this.extent; from++) {
      const row = this.outgoing[from] as Row;
      for (let i = 0; i < row.size; i++) {
        this.#append(this.incoming, row.vertices[i] as number, from, row.weights[i] as Integer);
      }
      if (pace.isDue(row.size)) yield;
    }
  }

  get owner(): number {
    return this.#token;
  }

  /** Adds `length` to a variable: shifts its bounds and edges, keeping every relation. */
  shift(vertex: number, length: Integer): void {
    this.potential[vertex] = add(this.potential[vertex] as Integer, length);
    this.lower[vertex] = subtract(this.lower[vertex] as Integer, length);
    this.upper[vertex] = add(this.upper[vertex] as Integer, length);
    const out = this.outgoing[vertex] as Row;
    const into = this.incoming[vertex] as Row;
    for (const target of out.vertices.slice()) {
      if (target !== vertex) this.#putEdge(vertex, target, subtract(this.edge(vertex, target), length));
    }
    for (const source of into.vertices.slice()) {
      if (source !== vertex) this.#putEdge(source, vertex, add(this.edge(source, vertex), length));
    }
  }

  /** Whether `to - from <= weight` contradicts the rest; if `commit` and not, the potentials become a model of it too. */
  contradicts(from: number, to: number, weight: Integer, commit: boolean): boolean {
    const potential = this.potential;
    const excess = subtract(add(potential[from] as Integer, weight), potential[to] as Integer);
    if (!less(excess, 0)) return false;
    this.space.touch(this.extent);
    return this.space.repair.contradicts(this, from, to, excess, commit);
  }
}
