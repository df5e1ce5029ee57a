import { type Integer, less } from "./integer.ts";

/**
 * A binary heap of vertices, nearest first. Which of several equally near ones comes first decides which redundant relations
 * a closure finds: this is the heap, and callers insert in the order, that PREVAIL has.
 */
export class VertexHeap {
  readonly #distance: readonly Integer[];
  readonly #heap: number[] = [];
  readonly #positions: number[];

  /** `distance` is read at every comparison; after it fell for a vertex, `moveUp` is due. */
  constructor(distance: readonly Integer[]) {
    this.#distance = distance;
    this.#positions = new Array<number>(distance.length).fill(-1);
  }

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  insert(vertex: number): void {
    this.#positions[vertex] = this.#heap.push(vertex) - 1;
    this.moveUp(vertex);
  }

  insertOrMoveUp(vertex: number): void {
    if ((this.#positions[vertex] as number) < 0) this.insert(vertex);
    else this.moveUp(vertex);
  }

  #isNearer(a: number, b: number): boolean {
    return less(this.#distance[a] as Integer, this.#distance[b] as Integer);
  }

  moveUp(vertex: number): void {
    let at = this.#positions[vertex] as number;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#heap[parent] as number;
      if (!this.#isNearer(vertex, above)) break;
      this.#put(above, at);
      at = parent;
    }
    this.#put(vertex, at);
  }

  #put(vertex: number, at: number): void {
    this.#heap[at] = vertex;
    this.#positions[vertex] = at;
  }

  takeNearest(): number {
    const nearest = this.#heap[0] as number;
    const last = this.#heap.pop() as number;
    if (this.#heap.length > 0) this.#moveDown(last);
    this.#positions[nearest] = -1;
    return nearest;
  }

  /** Takes any vertex, at least cost: for who empties the heap. */
  takeLast(): number {
    const last = this.#heap.pop() as number;
    this.#positions[last] = -1;
    return last;
  }

  #moveDown(vertex: number): void {
    const size = this.#heap.length;
    let at = 0;
    for (let left = 1; left < size; left = 2 * at + 1) {
      const right = left + 1;
      const isRight = right < size && this.#isNearer(this.#heap[right] as number, this.#heap[left] as number);
      const child = isRight ? right : left;
      const below = this.#heap[child] as number;
      if (!this.#isNearer(below, vertex)) break;
      this.#put(below, at);
      at = child;
    }
    this.#put(vertex, at);
  }
}
