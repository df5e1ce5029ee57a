import type { Graph, Node } from "./graph.ts";

/** Priority queue of nodes, smallest label first: a binary heap. */
export class LabelQueue {
  readonly #graph: Graph;
  readonly #heap: Node[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  #at(index: number): Node {
    return this.#heap[index] ?? -1;
  }

  #swapIfSmaller(child: number, parent: number): boolean {
    if (this.#graph.compare(this.#at(child), this.#at(parent)) >= 0) return false;
    const moved = this.#at(child);
    this.#heap[child] = this.#at(parent);
    this.#heap[parent] = moved;
    return true;
  }

  push(node: Node): void {
    this.#heap.push(node);
    for (let at = this.#heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfSmaller(at, parent)) return;
      at = parent;
    }
  }

  pop(): Node | undefined {
    const smallest = this.#heap[0];
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return smallest;
    this.#heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= this.#heap.length) return smallest;
      const right = left + 1;
      const isRight = right < this.#heap.length && this.#graph.compare(this.#at(right), this.#at(left)) < 0;
      const child = isRight ? right : left;
      if (!this.#swapIfSmaller(child, at)) return smallest;
      at = child;
    }
  }
}
