import { Pace, type Work } from "../../turns/index.ts";
import { ControlFlowFailure } from "./control-flow-failure.ts";
import type { Graph, Node } from "./graph.ts";
import type { Component, Loop } from "./wto.ts";

/** MAX_TAIL_CALL_CNT (include/ebpf_structs.h of ebpf-for-windows; Linux has the same). */
const TAIL_CALL_LIMIT = 33;

/** What looking at a node is worth, of a pause's work. */
const NODE = 8;

/** A callx may be a tail call for all that is known before the analysis. */
function isTailCall(graph: Graph, node: Node): boolean {
  const instruction = graph.instruction(node);
  if (instruction.kind === "call-register") return true;
  return instruction.kind === "call" && instruction.target?.contract.isTailCall === true;
}

function nodesOf(loop: Loop): Node[] {
  const nodes: Node[] = [];
  const work: Component[] = [loop];
  for (let component = work.pop(); component !== undefined; component = work.pop()) {
    if (typeof component === "number") nodes.push(component);
    else {
      nodes.push(component.head);
      for (const inner of component.body) work.push(inner);
    }
  }
  return nodes;
}

const NO_NODES: readonly Node[] = [];
const NOTHING: ReadonlySet<Node> = new Set();

function smallest(graph: Graph, nodes: readonly Node[]): Node | undefined {
  return nodes.reduce<Node | undefined>(
    (best, node) => (best === undefined || graph.compare(node, best) < 0 ? node : best),
    undefined,
  );
}

/**
 * Counts tail calls along every path; a loop counts once. The order's outermost components are the strongly connected
 * ones, and come in topological order, so one pass over them finds the longest path.
 *
 * @throws ControlFlowFailure when a chain could be longer than the runtime allows.
 */
export function* checkTailCalls(graph: Graph, order: readonly Component[]): Work<void> {
  const depthBefore = new Int32Array(graph.size);
  const lastSite: (Node | undefined)[] = new Array(graph.size);
  const pace = new Pace();
  for (const component of order) {
    const nodes = typeof component === "number" ? [component] : nodesOf(component);
    if (pace.isDue(nodes.length * NODE)) yield;
    const sites = nodes.some((node) => isTailCall(graph, node))
      ? nodes.filter((node) => isTailCall(graph, node))
      : NO_NODES;
    let before = 0;
    let site: Node | undefined;
    for (const node of nodes) {
      const reached = depthBefore[node] ?? 0;
      if (reached > before) {
        before = reached;
        site = lastSite[node];
      }
    }
    const depth = before + sites.length;
    site = smallest(graph, sites) ?? site;
    if (depth > TAIL_CALL_LIMIT) {
      const where = site ?? (typeof component === "number" ? component : component.head);
      throw new ControlFlowFailure(`tail call chain depth exceeds ${TAIL_CALL_LIMIT} (at ${graph.label(where)})`);
    }
    if (depth === 0) continue;
    const inside = typeof component === "number" ? NOTHING : new Set(nodes);
    for (const node of nodes) {
      for (const child of graph.childrenOf(node)) {
        if (inside.has(child) || (depthBefore[child] ?? 0) >= depth) continue;
        depthBefore[child] = depth;
        lastSite[child] = site;
      }
    }
  }
}
