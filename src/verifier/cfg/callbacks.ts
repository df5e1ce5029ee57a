import { Pace, type Work } from "../../turns/index.ts";
import { Graph, type Node } from "./graph.ts";

export interface CallbackTargets {
  /** Slots of the program's own frame that a function pointer may name. */
  readonly all: ReadonlySet<number>;
  /** Those from which an exit of the program can be reached. */
  readonly withExit: ReadonlySet<number>;
}

const NONE: CallbackTargets = { all: new Set(), withExit: new Set() };

/** One walk backwards from the exits, and only where the program takes a function's address at all. */
export function* callbackTargets(graph: Graph): Work<CallbackTargets> {
  const pace = new Pace();
  const instructions = graph.instructions;
  if (!instructions.some((instruction) => instruction.kind === "load-address")) return NONE;
  const isTopExit = (node: Node): boolean => graph.instruction(node).kind === "exit" && graph.frameOf[node] === 0;
  const reaching = new Uint8Array(graph.size);
  const work: Node[] = [Graph.EXIT, ...instructions.keys()].filter((node) => node === Graph.EXIT || isTopExit(node));
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (reaching[node] === 1) continue;
    reaching[node] = 1;
    for (const parent of graph.parentsOf(node)) work.push(parent);
    if (pace.isDue(graph.parentsOf(node).length)) yield;
  }
  const all = new Set<number>();
  const withExit = new Set<number>();
  for (const node of instructions.keys()) {
    const isConcrete = node !== Graph.ENTRY && node !== Graph.EXIT && !graph.isEdge(node) && graph.frameOf[node] === 0;
    if (!isConcrete || graph.instruction(node).kind === "exit") continue;
    all.add(graph.slotOf(node));
    if (reaching[node] === 1) withExit.add(graph.slotOf(node));
  }
  return { all, withExit };
}
