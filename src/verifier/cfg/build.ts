import { each, type Work } from "../../turns/index.ts";
import type { ComparisonOperation, Condition, IrInstruction } from "../ir/index.ts";
import { ControlFlowFailure } from "./control-flow-failure.ts";
import { Graph, type Node } from "./graph.ts";

const NEGATIONS: Readonly<Record<ComparisonOperation, ComparisonOperation>> = {
  eq: "ne",
  ne: "eq",
  set: "nset",
  nset: "set",
  lt: "ge",
  ge: "lt",
  le: "gt",
  gt: "le",
  slt: "sge",
  sge: "slt",
  sle: "sgt",
  sgt: "sle",
};

function negated(condition: Condition): Condition {
  const { operation, left, right, is64 } = condition;
  return { operation: NEGATIONS[operation], left, right, is64 };
}

function fallsThrough(instruction: IrInstruction): boolean {
  return instruction.kind !== "exit" && (instruction.kind !== "jump" || instruction.condition !== undefined);
}

/** The graph of a program, calls not yet inlined, and where each slot went. */
export interface SlotGraph {
  readonly graph: Graph;
  /** Undefined for slots that belong to the instruction before them. */
  readonly nodes: readonly (Node | undefined)[];
}

interface Slots {
  readonly instructions: readonly (IrInstruction | undefined)[];
  readonly nodes: readonly (Node | undefined)[];
}

function targetOf(slot: number, { nodes }: Slots): Node {
  const node = nodes[slot];
  if (node === undefined) throw new ControlFlowFailure(`jump to undefined label ${slot}`);
  return node;
}

function connectJump(graph: Graph, node: Node, next: Node, condition: Condition, target: Node): void {
  if (target === next) {
    graph.addEdge(node, next);
    return;
  }
  connectSide(graph, node, target, condition);
  connectSide(graph, node, next, negated(condition));
}

function connectSide(graph: Graph, node: Node, child: Node, condition: Condition): void {
  const assumed: IrInstruction = { kind: "assume", condition, implicit: true };
  const edge = graph.addNode(assumed, 0, graph.slotOf(node), graph.slotOf(child));
  graph.addEdge(node, edge);
  graph.addEdge(edge, child);
}

function nodeBehind(slot: number, { nodes }: Slots): Node {
  for (let next = slot + 1; next < nodes.length; next++) {
    const node = nodes[next];
    if (node !== undefined) return node;
  }
  return Graph.EXIT;
}

/**
 * Gives each instruction a node, and each side of a conditional jump one that knows the condition.
 *
 * @throws ControlFlowFailure when control can run off the end or a jump leads into the middle of an instruction.
 */
export function* buildGraph(
  instructions: readonly (IrInstruction | undefined)[],
  options: { readonly mustHaveExit: boolean },
): Work<SlotGraph> {
  const graph = new Graph();
  const nodes: (Node | undefined)[] = [];
  yield* each(instructions, (instruction, slot) => {
    nodes.push(instruction === undefined ? undefined : graph.addNode(instruction, 0, slot));
  });
  const slots: Slots = { instructions, nodes };
  const first = nodes.find((node) => node !== undefined);
  if (first === undefined) throw new ControlFlowFailure("empty instruction sequence");
  graph.addEdge(Graph.ENTRY, first);
  yield* each(instructions, (instruction, slot) => {
    const node = nodes[slot];
    if (instruction === undefined || node === undefined) return;
    const next = nodeBehind(slot, slots);
    if (next === Graph.EXIT && fallsThrough(instruction) && options.mustHaveExit) {
      throw new ControlFlowFailure("fallthrough in last instruction");
    }
    if (instruction.kind === "jump") {
      const target = targetOf(instruction.target, slots);
      if (instruction.condition === undefined) graph.addEdge(node, target);
      else connectJump(graph, node, next, instruction.condition, target);
    } else {
      graph.addEdge(node, instruction.kind === "exit" ? Graph.EXIT : next);
    }
  });
  return { graph, nodes };
}
