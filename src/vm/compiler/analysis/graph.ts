import { MAX_FRAMES } from "../../frame.ts";
import type { Shape, ShapeBlock } from "./shape.ts";
import type { Version } from "./versions.ts";

/** A use of an eBPF function inside a WebAssembly function: its own code, or a callee's put in place of the call. */
export interface Instance {
  readonly id: number;
  readonly shape: Shape;
  /** Undefined for the function's own code. */
  readonly caller: Instance | undefined;
  /** Calls between the function's own frame and this one's. */
  readonly level: number;
  /** Index of the instruction to return to. */
  readonly returnTo: number;
}

/**
 * What follows a block. `inline`: the code of a callee. `return`: the caller that a callee was put into. `too deep`: a
 * call for which there is no stack frame. `choice`: no block of the program, but the place before a loop where one of
 * two versions of it is chosen: `taken` is the fast one.
 */
export type Flow =
  | "fall"
  | "jump"
  | "branch"
  | "inline"
  | "call"
  | "too deep"
  | "return"
  | "exit"
  | "end of code"
  | "choice";

/** A block in the flow graph of one WebAssembly function. */
export interface Node {
  readonly instance: Instance;
  readonly block: ShapeBlock;
  readonly flow: Flow;
  /** Instructions that lie before it in the layout. */
  readonly position: number;
  /** Where a branch that is taken goes; an inlined callee's first block. */
  taken: Node | undefined;
  next: Node | undefined;
  /** Number in reverse postorder; -1 when control cannot get there. */
  order: number;
  /** In the fast version of a loop, and where it is chosen. */
  readonly version: Version | undefined;
}

export interface Graph {
  /** Blocks that can be reached, in reverse postorder. */
  readonly nodes: readonly Node[];
  readonly instances: readonly Instance[];
}

/** Instructions that one function may grow to by taking in its callees. */
const LARGEST = 4000;

class GraphBuilder {
  readonly layout: Node[] = [];
  readonly instances: Instance[] = [];
  readonly #shapes: (entry: number) => Shape;
  #size = 0;

  constructor(shapes: (entry: number) => Shape) {
    this.#shapes = shapes;
  }

  add(shape: Shape, caller: Instance | undefined, returnTo: number): { entry: Node | undefined; exits: Node[] } {
    const level = caller === undefined ? 0 : caller.level + 1;
    const instance: Instance = { id: this.instances.length, shape, caller, level, returnTo };
    this.instances.push(instance);
    this.#size += shape.size;
    const nodes: Node[] = [];
    const exits: Node[] = [];
    const callees = new Map<Node, { entry: Node | undefined; exits: Node[] }>();
    for (const block of shape.blocks) {
      const node = this.#node(instance, block);
      nodes.push(node);
      if (node.flow === "return" || node.flow === "exit") exits.push(node);
      if (node.flow === "inline") callees.set(node, this.add(this.#shapes(block.taken), instance, block.end));
    }
    const at = (start: number) => (start === -1 ? undefined : nodes[shape.numbers[start - shape.first]]);
    for (const node of nodes) {
      const callee = callees.get(node);
      const next = at(node.block.next);
      if (callee === undefined) {
        if (node.flow === "branch" || node.flow === "jump") node.taken = at(node.block.taken);
        node.next = next;
      } else {
        node.taken = callee.entry;
        for (const exit of callee.exits) exit.next = next;
      }
    }
    return { entry: at(shape.entry), exits };
  }

  #node(instance: Instance, block: ShapeBlock): Node {
    const last = this.layout.at(-1);
    const position = last === undefined ? 0 : last.position + last.block.end - last.block.start;
    const flow = this.#flow(instance, block);
    const node: Node = {
      instance,
      block,
      flow,
      position,
      taken: undefined,
      next: undefined,
      order: -1,
      version: undefined,
    };
    this.layout.push(node);
    return node;
  }

  #flow(instance: Instance, { ending, taken }: ShapeBlock): Flow {
    if (ending === "exit") return instance.caller === undefined ? "exit" : "return";
    if (ending !== "call") return ending;
    if (instance.level + 1 === MAX_FRAMES) return "too deep";
    for (let at: Instance | undefined = instance; at !== undefined; at = at.caller) {
      if (at.shape.entry === taken) return "call";
    }
    return this.#size + this.#shapes(taken).size <= LARGEST ? "inline" : "call";
  }
}

/** Numbers what can be reached from `entry` in reverse postorder; a block's `next` comes before what it branches to. */
export function sortNodes(entry: Node): Node[] {
  const SEEN = -2;
  const postorder: Node[] = [];
  const path = [entry];
  /** Successors of each node of the path that were looked at. */
  const steps = [0];
  entry.order = SEEN;
  for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
    const step = steps[path.length - 1]++;
    const successor = step === 0 ? node.taken : step === 1 ? node.next : undefined;
    if (step > 1) {
      postorder.push(node);
      path.pop();
    } else if (successor !== undefined && successor.order === -1) {
      successor.order = SEEN;
      path.push(successor);
      steps[path.length - 1] = 0;
    }
  }
  const nodes = postorder.reverse();
  for (const [order, node] of nodes.entries()) node.order = order;
  return nodes;
}

/** Positions that a graph's instructions have, and those between them. */
export function positionsOf({ nodes }: Graph): number {
  let end = 0;
  for (const { position, block } of nodes) end = Math.max(end, position + block.end - block.start);
  return end;
}

/** The flow graph of the function that begins at `entry`, small callees taken in. */
export function buildGraph(entry: number, shapes: (entry: number) => Shape): Graph {
  const builder = new GraphBuilder(shapes);
  const { entry: first } = builder.add(shapes(entry), undefined, -1);
  return { nodes: first === undefined ? [] : sortNodes(first), instances: builder.instances };
}
