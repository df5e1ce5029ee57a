import type { Node } from "./graph.ts";

/** Predecessors by order; those that control cannot reach are not among them. */
function predecessorsOf(nodes: readonly Node[]): number[][] {
  const predecessors: number[][] = nodes.map(() => []);
  for (const { order, taken, next } of nodes) {
    if (taken !== undefined) predecessors[taken.order].push(order);
    if (next !== undefined && next !== taken) predecessors[next.order].push(order);
  }
  return predecessors;
}

/**
 * Immediate dominators, by reverse postorder; the entry is its own (Cooper, Harvey, Kennedy: A Simple, Fast Dominance
 * Algorithm).
 */
function dominatorsOf(predecessors: readonly (readonly number[])[]): Int32Array {
  const dominators = new Int32Array(predecessors.length).fill(-1);
  dominators[0] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let order = 1; order < predecessors.length; order++) {
      let found = -1;
      for (const predecessor of predecessors[order]) {
        if (dominators[predecessor] === -1) continue;
        found = found === -1 ? predecessor : meet(dominators, predecessor, found);
      }
      if (found === dominators[order]) continue;
      dominators[order] = found;
      changed = true;
    }
  }
  return dominators;
}

function meet(dominators: Int32Array, left: number, right: number): number {
  let a = left;
  let b = right;
  while (a !== b) {
    while (a > b) a = dominators[a];
    while (b > a) b = dominators[b];
  }
  return a;
}

/** When a walk over the dominator tree enters and leaves each node: `a` dominates `b` when b's span lies in a's. */
export interface DominatorTree {
  readonly children: readonly (readonly number[])[];
  dominates(a: number, b: number): boolean;
}

function dominatorTree(dominators: Int32Array): DominatorTree {
  const children: number[][] = Array.from(dominators, () => []);
  for (let order = 1; order < dominators.length; order++) children[dominators[order]].push(order);
  const enters = new Int32Array(dominators.length);
  const leaves = new Int32Array(dominators.length);
  const steps = new Int32Array(dominators.length);
  let clock = 0;
  const path = [0];
  for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
    if (steps[at] === 0) enters[at] = clock++;
    const child = children[at][steps[at]++];
    if (child !== undefined) path.push(child);
    else {
      leaves[at] = clock++;
      path.pop();
    }
  }
  return { children, dominates: (a, b) => enters[a] <= enters[b] && leaves[b] <= leaves[a] };
}

/** What is known of the flow between blocks, by their order. */
export interface Dominance {
  readonly predecessors: readonly (readonly number[])[];
  readonly dominators: Int32Array;
  readonly tree: DominatorTree;
}

export function dominanceOf(nodes: readonly Node[]): Dominance {
  const predecessors = predecessorsOf(nodes);
  const dominators = dominatorsOf(predecessors);
  return { predecessors, dominators, tree: dominatorTree(dominators) };
}
