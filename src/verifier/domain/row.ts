import type { Integer } from "./integer.ts";

/** What a vertex costs in a join, widening or meet, in relations looked at. */
export const VERTEX = 16;

/** The vertex that stands for the constant 0; its edges are the bounds and are kept apart. */
export const ZERO = 0;

/** From this size on a row that is searched often gets an index; shorter ones are scanned. */
const LONG = 48;
const SEARCHES = 16;

/** The edges that leave (or reach) one vertex of a zone: parallel arrays, in no order. */
export class Row {
  /** The zone that may write to this row; others copy it first. */
  readonly owner: number;
  readonly vertices: number[];
  readonly weights: Integer[];
  /** Position by vertex. */
  #index: Map<number, number> | undefined;
  #searches = 0;

  constructor(owner: number, vertices: number[], weights: Integer[]) {
    this.owner = owner;
    this.vertices = vertices;
    this.weights = weights;
  }

  /** Shared by all vertices without edges; nobody owns it. */
  static readonly EMPTY = new Row(0, [], []);

  get size(): number {
    return this.vertices.length;
  }

  /** Position of the edge to `vertex`, or -1. */
  find(vertex: number): number {
    if (this.#index !== undefined) return this.#index.get(vertex) ?? -1;
    if (this.vertices.length > LONG && ++this.#searches > SEARCHES) return this.#indexed().get(vertex) ?? -1;
    return this.#search(vertex);
  }

  #search(vertex: number): number {
    const vertices = this.vertices;
    for (let i = 0; i < vertices.length; i++) if (vertices[i] === vertex) return i;
    return -1;
  }

  #indexed(): Map<number, number> {
    this.#index = new Map(this.vertices.map((vertex, i) => [vertex, i]));
    return this.#index;
  }

  /** Weight of the edge to `vertex`, or infinity. */
  weightTo(vertex: number): Integer {
    const at = this.find(vertex);
    return at < 0 ? Infinity : (this.weights[at] as Integer);
  }

  set(vertex: number, weight: Integer): void {
    const at = this.find(vertex);
    if (at >= 0) {
      this.weights[at] = weight;
    } else {
      this.append(vertex, weight);
    }
  }

  /** Adds an edge that is certainly not there yet. */
  append(vertex: number, weight: Integer): void {
    this.#index?.set(vertex, this.vertices.length);
    this.vertices.push(vertex);
    this.weights.push(weight);
  }

  remove(vertex: number): void {
    const at = this.#index === undefined ? this.#search(vertex) : (this.#index.get(vertex) ?? -1);
    if (at < 0) return;
    const lastVertex = this.vertices.pop() as number;
    const lastWeight = this.weights.pop() as Integer;
    this.#index?.delete(vertex);
    if (at >= this.vertices.length) return;
    this.vertices[at] = lastVertex;
    this.weights[at] = lastWeight;
    this.#index?.set(lastVertex, at);
  }

  copyFor(owner: number): Row {
    return new Row(owner, this.vertices.slice(), this.weights.slice());
  }

  /** The same edges, each longer by `length`. */
  lengthened(owner: number, length: Integer, sum: (a: Integer, b: Integer) => Integer): Row {
    const weights = this.weights;
    const longer = new Array<Integer>(weights.length);
    for (let i = 0; i < weights.length; i++) longer[i] = sum(weights[i] as Integer, length);
    return new Row(owner, this.vertices.slice(), longer);
  }
}
