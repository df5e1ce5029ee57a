import { Pace, type Work } from "../../turns/index.ts";
import { type Graph as ControlFlow, Graph, type Node } from "../cfg/index.ts";
import type { Iteration } from "../fixpoint/index.ts";
import type { IrInstruction } from "../ir/index.ts";
import type { PreparedProgram } from "../prepare.ts";

const NOWHERE = -1;

/** Whether a path's conditions, or what it did to the registers, is seen at this instruction. */
type Sight = (instruction: IrInstruction) => boolean;

const isCondition: Sight = ({ kind }) => kind === "assume";
const changesContents: Sight = (one) =>
  one.kind === "call" ||
  (one.kind === "memory" && one.isLoad) ||
  (one.kind === "binary" && one.operation === "mov" && one.operand.kind === "register");
const mayGiveNull: Sight = (one) =>
  one.kind === "call" &&
  one.target !== undefined &&
  (one.target.contract.isMapLookup || one.target.contract.returnNullable);

/**
 * Shortest ways that control can take from the entry to every node, found in one search for all errors. By node: the node
 * before it, and the nearest node at or before it of each kind that explanations ask for.
 */
export class Ways {
  readonly #graph: ControlFlow;
  readonly #before: Int32Array;
  readonly #condition: Int32Array;
  readonly #change: Int32Array;
  readonly #lookup: Int32Array;

  private constructor(graph: ControlFlow) {
    const nowhere = (): Int32Array => new Int32Array(graph.size).fill(NOWHERE);
    this.#graph = graph;
    this.#before = nowhere();
    this.#condition = nowhere();
    this.#change = nowhere();
    this.#lookup = nowhere();
  }

  static *through({ graph }: PreparedProgram, iteration: Iteration): Work<Ways> {
    const ways = new Ways(graph);
    const isSeen = new Uint8Array(graph.size);
    const front: Node[] = [Graph.ENTRY];
    const pace = new Pace();
    isSeen[Graph.ENTRY] = 1;
    ways.#note(Graph.ENTRY);
    for (const node of front) {
      if (!iteration.isPassed(node)) continue;
      for (const child of graph.childrenOf(node)) {
        if (isSeen[child] === 1) continue;
        isSeen[child] = 1;
        ways.#before[child] = node;
        ways.#note(child);
        front.push(child);
      }
      if (pace.isDue(1 + graph.childrenOf(node).length)) yield 0;
    }
    return ways;
  }

  #note(node: Node): void {
    const instruction = this.#graph.instruction(node);
    const before = this.#before[node] ?? NOWHERE;
    const carry = (nearest: Int32Array, sees: Sight): void => {
      nearest[node] = sees(instruction) ? node : (nearest[before] ?? NOWHERE);
    };
    carry(this.#condition, isCondition);
    carry(this.#change, changesContents);
    carry(this.#lookup, mayGiveNull);
  }

  /** Sides of conditional jumps on the way to a node, the nearest `most`, in the order of execution. */
  conditions(node: Node, most: number): Node[] {
    return this.#nearest(this.#condition, this.#condition[node] ?? NOWHERE, most).reverse();
  }

  /** Loads and helper calls before a node, the nearest first. */
  changes(node: Node, most: number): Node[] {
    const before = this.#before[node] ?? NOWHERE;
    return this.#nearest(this.#change, this.#change[before] ?? NOWHERE, most);
  }

  /** Name of the last helper called on the way to a node, itself included, whose result may be null. */
  lookup(node: Node): string | undefined {
    const nearest = this.#lookup[node] ?? NOWHERE;
    const call = nearest === NOWHERE ? undefined : this.#graph.instruction(nearest);
    return call?.kind === "call" ? call.target?.name : undefined;
  }

  #nearest(nearest: Int32Array, first: Node, most: number): Node[] {
    const found: Node[] = [];
    for (let at = first; at !== NOWHERE && found.length < most; ) {
      found.push(at);
      at = nearest[this.#before[at] ?? NOWHERE] ?? NOWHERE;
    }
    return found;
  }
}
