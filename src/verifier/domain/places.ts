/**
 * Where in the row at hand each vertex stands, for rows too long to be searched. Serves for one row after another. No typed
 * array: they come and go by the thousand, and V8 lets all else wait while it frees their memory.
 */
export class Places {
  /** By vertex, 1 + its place. */
  readonly #places: number[];

  /** `extent`: all vertices are below. */
  constructor(extent: number) {
    this.#places = new Array<number>(extent).fill(0);
  }

  enter(vertices: readonly number[]): void {
    for (let i = 0; i < vertices.length; i++) this.#places[vertices[i] as number] = i + 1;
  }

  put(vertex: number, place: number): void {
    this.#places[vertex] = place + 1;
  }

  /** -1 if the vertex is not in the row. */
  of(vertex: number): number {
    return (this.#places[vertex] as number) - 1;
  }

  /** Takes the same vertices out again. */
  leave(vertices: readonly number[]): void {
    for (let i = 0; i < vertices.length; i++) this.#places[vertices[i] as number] = 0;
  }
}
