import type { DominatorTree } from "./dominators.ts";

export interface Loops {
  /** By order: true where a back edge ends. */
  readonly isHeader: readonly boolean[];
  /** Loops that each block is in. */
  readonly depth: Int32Array;
  /** Header of the innermost loop that each block is in, -1 outside of loops. */
  readonly innermost: Int32Array;
  /** Header of the loop around the loop of each header. */
  readonly around: Int32Array;
  /** False when some cycle has two ways in: then dominators say nothing about structure. */
  readonly reducible: boolean;
}

/** Natural loops: bodies are what reaches a back edge without passing the header. */
export function findLoops(predecessors: readonly (readonly number[])[], tree: DominatorTree): Loops {
  const isHeader = predecessors.map(() => false);
  const depth = new Int32Array(predecessors.length);
  const innermost = new Int32Array(predecessors.length).fill(-1);
  const around = new Int32Array(predecessors.length).fill(-1);
  let reducible = true;
  for (let header = 0; header < predecessors.length; header++) {
    const sources = predecessors[header];
    if (!sources.some((source) => source >= header)) continue;
    const tails = sources.filter((source) => source >= header);
    if (tails.some((tail) => !tree.dominates(header, tail))) reducible = false;
    isHeader[header] = true;
    const body = new Set([header]);
    for (let at = tails.pop(); at !== undefined; at = tails.pop()) {
      if (body.has(at)) continue;
      body.add(at);
      tails.push(...predecessors[at]);
    }
    // Headers of outer loops come first.
    around[header] = innermost[header];
    for (const member of body) {
      depth[member]++;
      innermost[member] = header;
    }
  }
  return { isHeader, depth, innermost, around, reducible };
}
