import { Graph, type Node } from "../cfg/index.ts";

/** Nodes that follow each other without a choice, in order; at least one. */
export type Block = readonly [Node, ...Node[]];

function inOrder(graph: Graph): Node[] {
  return Array.from({ length: graph.size }, (_, node) => node).sort((left, right) => graph.compare(left, right));
}

function* straightFrom(graph: Graph, first: Node, seen: Uint8Array): Generator<Node> {
  for (let node = first; ; ) {
    const [next, other] = graph.childrenOf(node);
    if (next === undefined || other !== undefined) return;
    if (seen[next] === 1 || next === Graph.EXIT || graph.parentsOf(next).length !== 1) return;
    seen[next] = 1;
    yield next;
    node = next;
  }
}

/** Whether a node only continues what its one parent began, so that it begins no block of its own. */
function continues(graph: Graph, node: Node): boolean {
  const [parent, other] = graph.parentsOf(node);
  return parent !== undefined && other === undefined && graph.childrenOf(parent).length === 1;
}

/**
 * Blocks in the order of the labels of their first nodes. Those of entry and exit show up only where control branches
 * right there: the entry otherwise gives its block to the first instruction.
 */
export function basicBlocks(graph: Graph): Block[] {
  const blocks: Block[] = [];
  const seen = new Uint8Array(graph.size);
  for (const node of inOrder(graph)) {
    if (seen[node] === 1) continue;
    seen[node] = 1;
    if (continues(graph, node)) continue;
    const rest = [...straightFrom(graph, node, seen)];
    const [second, ...more] = rest;
    blocks.push(node === Graph.ENTRY && second !== undefined ? [second, ...more] : [node, ...rest]);
  }
  return blocks.sort(([left], [right]) => graph.compare(left, right));
}

/** Every instruction as a block of its own, in the order of labels. */
export function singleBlocks(graph: Graph): Block[] {
  return inOrder(graph)
    .filter((node) => node !== Graph.ENTRY && node !== Graph.EXIT)
    .map((node) => [node]);
}
