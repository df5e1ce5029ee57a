import { Pace, type Work } from "../../turns/index.ts";
import type { CompletedRun } from "../analysis.ts";
import type { Component, Loop } from "../cfg/index.ts";

/** Instructions of a component if it is run once: every node counts, as paths are not told apart. */
function weight(component: Component): number {
  let count = 0;
  const work: Component[] = [component];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    count++;
    if (typeof at !== "number") for (const inner of at.body) work.push(inner);
  }
  return count;
}

function* longestPath({ program }: CompletedRun, order: readonly Component[], rounds: number): Work<number> {
  const { graph } = program;
  const longest = new Float64Array(graph.size);
  const pace = new Pace();
  let worst = 0;
  for (const component of order) {
    const nodes = typeof component === "number" ? [component] : nodesOf(component);
    const before = nodes.reduce((most, node) => Math.max(most, longest[node] ?? 0), 0);
    const isInstruction = typeof component !== "number" || !(graph.isEdge(component) || component < 2);
    const own = typeof component === "number" ? Number(isInstruction) : weight(component) * (rounds + 1);
    const after = before + own;
    worst = Math.max(worst, after);
    for (const node of nodes) {
      for (const child of graph.childrenOf(node)) longest[child] = Math.max(longest[child] ?? 0, after);
    }
    if (pace.isDue(nodes.length)) yield 0;
  }
  return worst;
}

function nodesOf(loop: Loop): number[] {
  const nodes: number[] = [];
  const work: Component[] = [loop];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (typeof at === "number") nodes.push(at);
    else {
      nodes.push(at.head);
      for (const inner of at.body) work.push(inner);
    }
  }
  return nodes;
}

/**
 * Upper bound of the instructions that one run executes: along the longest path, loops as often as their counters
 * allow. Undefined where loops are not known to be bounded.
 */
export function* worstCaseInstructions(run: CompletedRun, maxLoopCount: number | undefined): Work<number | undefined> {
  if (!run.passed || maxLoopCount === undefined) return undefined;
  return yield* longestPath(run, run.program.order, maxLoopCount);
}
