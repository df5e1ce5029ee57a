import type { Work } from "../../turns/index.ts";
import { Graph, type Node } from "./graph.ts";

/**
 * A weak topological order (Bourdoncle 1993): nodes in an order in which every node comes behind its predecessors,
 * but for the heads of loops. A loop is its head and what is inside, in such an order again.
 */
export interface Loop {
  readonly head: Node;
  readonly body: readonly Component[];
}

export type Component = Node | Loop;

const UNSEEN = 0;
const DONE = 0x7fff_ffff;

interface Task {
  readonly kind: "descend" | "ascend" | "close";
  readonly node: Node;
  /** Where the node's component goes, last component first. */
  readonly into: Component[];
  /** `close` only: what the loop holds so far, last first. */
  readonly body: Component[];
}

const TASKS_PER_PAUSE = 256;

const NO_BODY: Component[] = [];

/** Depth-first search with an explicit stack, so that deep programs do not overflow ours. */
class Ordering {
  readonly #graph: Graph;
  /** Depth-first number by node; 0 unseen, `DONE` when its component is complete. */
  readonly #number: Int32Array;
  /** Lowest number that a node's component reaches; 0 where not known. */
  readonly #head: Int32Array;
  readonly #open: Node[] = [];
  readonly #tasks: Task[] = [];
  #last = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#number = new Int32Array(graph.size);
    this.#head = new Int32Array(graph.size);
  }

  *run(entry: Node): Work<readonly Component[]> {
    const components: Component[] = [];
    let tasks = 0;
    this.#tasks.push({ kind: "descend", node: entry, into: components, body: NO_BODY });
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) {
      if (task.kind === "descend") this.#descend(task.node, task.into);
      else if (task.kind === "ascend") this.#ascend(task.node, task.into);
      else task.into.push({ head: task.node, body: task.body.reverse() });
      if (++tasks % TASKS_PER_PAUSE === 0) yield;
    }
    return components.reverse();
  }

  #descend(node: Node, into: Component[]): void {
    if (this.#number[node] !== UNSEEN) return;
    this.#number[node] = ++this.#last;
    this.#open.push(node);
    this.#tasks.push({ kind: "ascend", node, into, body: NO_BODY });
    this.#descendInto(node, into);
  }

  /** The first child ends up on top. */
  #descendInto(node: Node, into: Component[]): void {
    const children = this.#graph.childrenOf(node);
    for (let at = children.length - 1; at >= 0; at--) {
      const child = children[at];
      if (child === undefined || this.#number[child] !== UNSEEN) continue;
      this.#tasks.push({ kind: "descend", node: child, into, body: NO_BODY });
    }
  }

  #ascend(node: Node, into: Component[]): void {
    const own = this.#number[node] ?? DONE;
    let lowest = own;
    let isLoop = false;
    for (const child of this.#graph.childrenOf(node)) {
      const number = this.#number[child] ?? DONE;
      const head = this.#head[child] ?? 0;
      const reached = head !== 0 && number !== DONE ? head : number;
      if (reached <= lowest) {
        lowest = reached;
        isLoop = true;
      }
    }
    this.#head[node] = lowest;
    if (lowest !== own) return;
    this.#number[node] = DONE;
    this.#forgetInside(node, isLoop);
    if (!isLoop) {
      into.push(node);
      return;
    }
    const body: Component[] = [];
    this.#tasks.push({ kind: "close", node, into, body });
    this.#descendInto(node, body);
  }

  /** Takes a complete component off the stack; what is inside a loop is visited again, now without its head. */
  #forgetInside(node: Node, isLoop: boolean): void {
    for (let inside = this.#open.pop(); inside !== node && inside !== undefined; inside = this.#open.pop()) {
      if (!isLoop) continue;
      this.#number[inside] = UNSEEN;
      this.#head[inside] = 0;
    }
  }
}

/** Orders what can be reached from the entry. */
export function* weakTopologicalOrder(graph: Graph): Work<readonly Component[]> {
  return yield* new Ordering(graph).run(Graph.ENTRY);
}

/** Heads of all loops, outer before inner. */
export function loopHeads(components: readonly Component[]): Node[] {
  const heads: Node[] = [];
  const work: Loop[] = components.filter((component) => typeof component !== "number").reverse();
  for (let loop = work.pop(); loop !== undefined; loop = work.pop()) {
    heads.push(loop.head);
    for (let at = loop.body.length - 1; at >= 0; at--) {
      const inner = loop.body[at];
      if (inner !== undefined && typeof inner !== "number") work.push(inner);
    }
  }
  return heads;
}
