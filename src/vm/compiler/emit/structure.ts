import type { Dominance } from "../analysis/dominators.ts";
import type { Graph, Node } from "../analysis/graph.ts";
import type { Loops } from "../analysis/loops.ts";
import { type, wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";
import { emitChoice } from "./choice.ts";
import { emitCondition } from "./condition.ts";
import { emitBackEdge, emitEdge, isPlain } from "./edge.ts";
import { emitRefuel } from "./fuel.ts";
import { emitRounds } from "./rounds.ts";

/** What waits to be done. */
const task = { tree: 0, end: 1, loopEnd: 2, go: 3 } as const;

const NONE: number[] = [];

/** Most blocks have none, and share that. */
function add(lists: number[][], at: number, order: number): void {
  if (lists[at] === NONE) lists[at] = [order];
  else lists[at].push(order);
}

/**
 * Emits reducible flow as nested blocks and loops (Ramsey: Beyond Relooper, 2022): each block of the program lies
 * inside the block it is dominated by, those that several ways lead to behind a WebAssembly block of their own. The
 * tree is as deep as the program is long, so tasks wait on a stack of our own.
 */
export class Structure {
  readonly #body: Body;
  readonly #graph: Graph;
  readonly #loops: Loops;
  /** Blocks behind which, or behind the loops of which, others have their place. */
  readonly #inside: number[][];
  readonly #outside: number[][];
  readonly #hasLabel: boolean[];
  readonly #emit: (node: Node) => void;
  readonly #loopLabels: number[] = [];
  /** Labels of loops with what asks for more instructions in them. */
  readonly #wholeLabels: number[] = [];
  /** Labels of what asks for more instructions before a loop goes on. */
  readonly #refuelLabels: number[] = [];
  readonly #blockLabels: number[] = [];
  /** Of each: orders of the block that is gone to and of the block itself, and the kind on top. */
  readonly #tasks: number[] = [];

  constructor(body: Body, graph: Graph, flow: Dominance, loops: Loops, emit: (node: Node) => void) {
    this.#body = body;
    this.#graph = graph;
    this.#loops = loops;
    this.#emit = emit;
    this.#inside = graph.nodes.map(() => NONE);
    this.#outside = graph.nodes.map(() => NONE);
    this.#hasLabel = graph.nodes.map(() => false);
    for (let order = graph.nodes.length - 1; order > 0; order--) this.#place(order, flow);
  }

  run(): void {
    const { nodes } = this.#graph;
    this.#treeOf(nodes[0]);
    for (let kind = this.#tasks.pop(); kind !== undefined; kind = this.#tasks.pop()) {
      const node = nodes[this.#tasks.pop() ?? 0];
      const to = nodes[this.#tasks.pop() ?? 0];
      if (kind === task.tree) this.#treeOf(node);
      else if (kind === task.end) this.#body.code.end();
      else if (kind === task.loopEnd) this.#endLoop(node);
      else this.#go(node, to);
    }
  }

  /** What lies outside of the loop that leads to it goes behind that loop, so that loops hold nothing but loops. */
  #place(order: number, { predecessors, dominators }: Dominance): void {
    const { innermost, around } = this.#loops;
    const dominator = dominators[order];
    let left = -1;
    for (let at = innermost[dominator]; at !== -1 && !this.#isIn(order, at); at = around[at]) left = at;
    let ways = 0;
    for (const source of predecessors[order]) if (source < order) ways++;
    const isMerge = ways > 1;
    this.#hasLabel[order] = left !== -1 || isMerge;
    if (left !== -1) add(this.#outside, left, order);
    else if (isMerge) add(this.#inside, dominator, order);
  }

  #isIn(order: number, header: number): boolean {
    const { innermost, around } = this.#loops;
    let at = innermost[order];
    while (at > header) at = around[at];
    return at === header;
  }

  /** What is given last is done first. */
  #later(kind: number, node: Node, to = 0): void {
    this.#tasks.push(to, node.order, kind);
  }

  #treeOf(node: Node): void {
    const { code } = this.#body;
    const { order } = node;
    const isLoop = this.#loops.isHeader[order];
    if (!isLoop && this.#inside[order] === NONE && this.#outside[order] === NONE) {
      this.#emit(node);
      this.#flow(node);
      return;
    }
    // Both lists descend: what comes last has the outermost block.
    this.#open(this.#outside[order]);
    // The fast version of a loop asks nothing before it goes round.
    const asks = isLoop && node.version === undefined;
    if (asks) {
      this.#wholeLabels[order] = code.open(wasm.loop, type.none);
      this.#refuelLabels[order] = code.open(wasm.block, type.none);
    }
    if (isLoop && node.version?.isCounted) emitRounds(this.#body, node, node.version, this.#emit);
    if (isLoop) this.#loopLabels[order] = code.open(wasm.loop, type.none);
    this.#open(this.#inside[order]);
    this.#close(this.#outside[order], node);
    if (isLoop) this.#later(task.loopEnd, node);
    this.#close(this.#inside[order], node);
    this.#emit(node);
    this.#flow(node);
  }

  #open(followers: readonly number[]): void {
    for (const follower of followers) this.#blockLabels[follower] = this.#body.code.open(wasm.block, type.none);
  }

  /** Ends the blocks of followers later, each with the follower behind it; the last is the first to be done. */
  #close(followers: readonly number[], node: Node): void {
    for (const follower of followers) {
      this.#later(task.tree, this.#graph.nodes[follower]);
      this.#later(task.end, node);
    }
  }

  #endLoop(node: Node): void {
    const { code } = this.#body;
    code.end();
    if (node.version !== undefined) return;
    code.end();
    emitRefuel(this.#body, node, node.block.start, node.position);
    code.br(this.#wholeLabels[node.order]);
    code.end();
  }

  #flow(node: Node): void {
    const { code } = this.#body;
    const { flow, taken, next } = node;
    const isChoice = flow === "choice";
    if ((flow !== "branch" && !isChoice) || taken === undefined || next === undefined || taken === next) {
      const to = flow === "inline" || flow === "jump" ? taken : next;
      if (to !== undefined) this.#go(node, to);
      return;
    }
    if (isChoice) emitChoice(this.#body, node);
    else emitCondition(this.#body, node);
    const label = this.#labelOf(node, taken);
    if (label !== undefined && (isPlain(node, taken) || (node === taken && node.version?.isCounted))) {
      code.brIf(label);
      this.#go(node, next);
      return;
    }
    code.open(wasm.if, type.none);
    this.#later(task.go, node, next.order);
    this.#later(task.end, node);
    this.#later(task.go, node, taken.order);
  }

  /** Where a jump to `to` goes; undefined where its code comes in its place. */
  #labelOf(from: Node, to: Node): number | undefined {
    if (to.order <= from.order) return this.#loopLabels[to.order];
    return this.#hasLabel[to.order] ? this.#blockLabels[to.order] : undefined;
  }

  #go(from: Node, to: Node): void {
    if (to.order <= from.order && from.version !== undefined) {
      if (!from.version.isCounted) emitEdge(this.#body, from, to);
      this.#body.code.br(this.#loopLabels[to.order]);
      return;
    }
    if (to.order <= from.order) {
      emitBackEdge(this.#body, from, to, this.#loopLabels[to.order], this.#refuelLabels[to.order]);
      return;
    }
    emitEdge(this.#body, from, to);
    const label = this.#labelOf(from, to);
    if (label === undefined) this.#later(task.tree, to);
    else this.#body.code.br(label);
  }
}
