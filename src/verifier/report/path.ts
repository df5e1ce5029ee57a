import { Graph, type Node } from "../cfg/index.ts";
import type { Iteration } from "../fixpoint/index.ts";
import { conditionText, type IrInstruction } from "../ir/index.ts";
import type { PreparedProgram } from "../prepare.ts";

/** A shortest way that control can take from the entry to a node, both included. */
export function pathTo({ graph }: PreparedProgram, iteration: Iteration, target: Node): Node[] {
  const next = new Map<Node, Node>();
  const seen = new Set([target]);
  let front = [target];
  while (front.length > 0 && !seen.has(Graph.ENTRY)) {
    const behind: Node[] = [];
    for (const node of front) {
      for (const parent of graph.parentsOf(node)) {
        if (seen.has(parent) || !iteration.isPassed(parent)) continue;
        seen.add(parent);
        next.set(parent, node);
        behind.push(parent);
      }
    }
    front = behind;
  }
  const path: Node[] = [];
  for (let node: Node | undefined = Graph.ENTRY; node !== undefined; node = next.get(node)) path.push(node);
  return seen.has(Graph.ENTRY) ? path : [target];
}

/** Conditions that hold along a path. */
export function conditionsAlong(graph: Graph, path: readonly Node[]): { readonly node: Node; readonly text: string }[] {
  return path.flatMap((node) => {
    const instruction = graph.instruction(node);
    return instruction.kind === "assume" ? [{ node, text: conditionText(instruction.condition) }] : [];
  });
}

/** The last helper call on a path whose result may be null. */
export function lastLookup(graph: Graph, path: readonly Node[]): string | undefined {
  const call = path
    .map((node): IrInstruction => graph.instruction(node))
    .findLast(
      (instruction) =>
        instruction.kind === "call" &&
        instruction.target !== undefined &&
        (instruction.target.contract.isMapLookup || instruction.target.contract.returnNullable),
    );
  return call?.kind === "call" ? call.target?.name : undefined;
}
