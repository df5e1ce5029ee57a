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

type Task = () => void;

const NONE: readonly number[] = [];

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
  readonly #inside: (readonly number[])[];
  readonly #outside: (readonly number[])[];
  readonly #hasLabel: boolean[];
  readonly #emit: (node: Node) => void;
  readonly #loopLabels: number[] = [];
  /** Labels of what asks for more instructions before a loop goes on. */
  readonly #refuelLabels: number[] = [];
  readonly #blockLabels: number[] = [];
  readonly #tasks: Task[] = [];

  constructor(body: Body, graph: Graph, flow: Dominance, loops: Loops, emit: (node: Node) => void) {
    this.#body = body;
    this.#graph = graph;
    this.#loops = loops;
    this.#emit = emit;
    // Most have none, and share that.
    this.#inside = graph.nodes.map(() => NONE);
    this.#outside = graph.nodes.map(() => NONE);
    this.#hasLabel = graph.nodes.map(() => false);
    for (let order = graph.nodes.length - 1; order > 0; order--) this.#place(order, flow);
  }

  run(): void {
    this.#treeOf(this.#graph.nodes[0]);
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) task();
  }

  /** What lies outside of the loop that leads to it goes behind that loop, so that loops hold nothing but loops. */
  #place(order: number, { predecessors, dominators }: Dominance): void {
    const { innermost, around } = this.#loops;
    const dominator = dominators[order];
    const isIn = (header: number) => {
      let at = innermost[order];
      while (at > header) at = around[at];
      return at === header;
    };
    let left = -1;
    for (let at = innermost[dominator]; at !== -1 && !isIn(at); at = around[at]) left = at;
    let ways = 0;
    for (const source of predecessors[order]) if (source < order) ways++;
    const isMerge = ways > 1;
    this.#hasLabel[order] = left !== -1 || isMerge;
    if (left !== -1) this.#outside[left] = [...this.#outside[left], order];
    else if (isMerge) this.#inside[dominator] = [...this.#inside[dominator], order];
  }

  /** Tasks are given in the order in which they are to be done. */
  #then(...tasks: Task[]): void {
    for (let at = tasks.length - 1; at >= 0; at--) this.#tasks.push(tasks[at]);
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
    const after: Task[] = [];
    // Both lists descend: what comes last has the outermost block.
    const open = (followers: readonly number[]) => {
      for (const follower of followers) this.#blockLabels[follower] = code.open(wasm.block, type.none);
    };
    const close = (followers: readonly number[]) => {
      for (const follower of followers.toReversed()) {
        after.push(
          () => code.end(),
          () => this.#treeOf(this.#graph.nodes[follower]),
        );
      }
    };
    open(this.#outside[order]);
    // The fast version of a loop asks nothing before it goes round.
    const asks = isLoop && node.version === undefined;
    const whole = asks ? code.open(wasm.loop, type.none) : 0;
    if (asks) {
      this.#refuelLabels[order] = code.open(wasm.block, type.none);
    }
    if (isLoop && node.version?.isCounted) emitRounds(this.#body, node, node.version, this.#emit);
    if (isLoop) this.#loopLabels[order] = code.open(wasm.loop, type.none);
    open(this.#inside[order]);
    close(this.#inside[order]);
    if (isLoop) {
      after.push(() => {
        code.end();
        if (!asks) return;
        code.end();
        emitRefuel(this.#body, node, node.block.start, node.position);
        code.br(whole);
        code.end();
      });
    }
    close(this.#outside[order]);
    this.#then(...after);
    this.#emit(node);
    this.#flow(node);
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
    this.#then(
      () => this.#go(node, taken),
      () => code.end(),
      () => this.#go(node, next),
    );
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
    if (label === undefined) this.#then(() => this.#treeOf(to));
    else this.#body.code.br(label);
  }
}
