import { each, Pace, type Work } from "../../turns/index.ts";
import { type Component, Graph, type Node } from "../cfg/index.ts";

const OUTSIDE = -1;
const NOBODY = -1;

/** Facts about the order of analysis that the iteration asks for at every node. */
export interface Schedule {
  /** Nodes that are analysed, in order, each once. */
  readonly nodes: readonly Node[];
  /** By node, whether it is one of them. */
  readonly isAnalysed: Uint8Array;
  /** Parents that are analysed, in the order of labels. */
  readonly parents: readonly (readonly Node[])[];
  /** Whether a node stands inside a loop, heads included. */
  readonly isInLoop: Uint8Array;
  /** By node, the only one that may take its state instead of copying it; else -1. In loops, each round anew. */
  readonly taker: Int32Array;
  /** Parents whose states enter a loop from outside, by head. */
  readonly entering: ReadonlyMap<Node, readonly Node[]>;
}

interface Nesting {
  /** Innermost loop around a node, by number; a head counts as outside its own. */
  readonly around: Int32Array;
  /** Loop around a loop. */
  readonly outer: readonly number[];
  readonly depth: readonly number[];
  readonly heads: readonly Node[];
}

interface Walk extends Nesting {
  readonly nodes: readonly Node[];
}

function* walk(graph: Graph, order: readonly Component[]): Work<Walk> {
  const pace = new Pace();
  const around = new Int32Array(graph.size).fill(OUTSIDE);
  const outer: number[] = [];
  const depth: number[] = [];
  const heads: Node[] = [];
  const nodes: Node[] = [];
  const levels: { readonly components: readonly Component[]; readonly loop: number; at: number }[] = [
    { components: order, loop: OUTSIDE, at: 0 },
  ];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const component = level.components[level.at++];
    if (pace.isDue(1)) yield;
    if (component === undefined) {
      levels.pop();
      continue;
    }
    const node = typeof component === "number" ? component : component.head;
    nodes.push(node);
    around[node] = level.loop;
    if (typeof component === "number") continue;
    outer.push(level.loop);
    depth.push(level.loop === OUTSIDE ? 1 : (depth[level.loop] ?? 0) + 1);
    heads.push(node);
    levels.push({ components: component.body, loop: heads.length - 1, at: 0 });
  }
  return { around, outer, depth, heads, nodes };
}

/** Whether `inner` is nested strictly deeper than `loop`, inside it. */
function isDeeper(nesting: Nesting, inner: number, loop: number): boolean {
  const depth = loop === OUTSIDE ? 0 : (nesting.depth[loop] ?? 0);
  let at = inner;
  let atDepth = at === OUTSIDE ? 0 : (nesting.depth[at] ?? 0);
  if (atDepth <= depth) return false;
  for (; atDepth > depth; atDepth--) at = nesting.outer[at] ?? OUTSIDE;
  return at === loop;
}

/**
 * Who takes a node's state: the last of its readers, if all of them stand in the same loop (or in none), behind it, and
 * read once a round. Heads read what comes back to them at the end of a round: nobody takes that.
 */
function* takers({ nodes, around, heads }: Walk, parents: readonly (readonly Node[])[]): Work<Int32Array> {
  const loops = around.slice();
  const isHead = new Uint8Array(around.length);
  heads.forEach((head, loop) => {
    loops[head] = loop;
    isHead[head] = 1;
  });
  const taker = new Int32Array(around.length).fill(NOBODY);
  const isRefused = new Uint8Array(around.length);
  yield* each(nodes, (node) => {
    for (const parent of parents[node] ?? []) {
      taker[parent] = node;
      if (isHead[node] === 1 || loops[node] !== loops[parent]) isRefused[parent] = 1;
    }
  });
  yield* each(nodes, (node) => {
    if (isRefused[node] === 1) taker[node] = NOBODY;
  });
  return taker;
}

/** Works the order out once, so that the iteration only looks up. */
export function* scheduleOf(graph: Graph, order: readonly Component[]): Work<Schedule> {
  const walked = yield* walk(graph, order);
  const { around, heads, nodes } = walked;
  const isAnalysed = new Uint8Array(graph.size);
  for (const node of nodes) isAnalysed[node] = 1;
  const parents: (readonly Node[])[] = new Array(graph.size).fill([]);
  yield* each(nodes, (node) => {
    const all = node === Graph.ENTRY ? [] : graph.parentsOf(node);
    parents[node] = all.every((parent) => isAnalysed[parent] === 1)
      ? all
      : all.filter((parent) => isAnalysed[parent] === 1);
  });
  const isInLoop = Uint8Array.from(around, (loop) => (loop === OUTSIDE ? 0 : 1));
  for (const head of heads) isInLoop[head] = 1;
  const entering = new Map(
    heads.map((head) => [
      head,
      (parents[head] ?? []).filter((parent) => !isDeeper(walked, around[parent] ?? OUTSIDE, around[head] ?? OUTSIDE)),
    ]),
  );
  return { nodes, isAnalysed, parents, isInLoop, taker: yield* takers(walked, parents), entering };
}
