import type { Graph, Node } from "../analysis/graph.ts";
import { type, wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";
import { emitCondition } from "./condition.ts";
import { emitEdge } from "./edge.ts";
import { emitSlack } from "./fuel.ts";

/** Emits irreducible flow, which compilers hardly make: a loop around a table of all blocks. */
export function emitDispatch(body: Body, { nodes }: Graph, emit: (node: Node) => void): void {
  const { code, locals } = body;
  const loop = code.open(wasm.loop, type.none);
  const labels = nodes.map(() => code.open(wasm.block, type.none)).reverse();
  code.get(locals.state);
  code.brTable(labels);
  const go = (from: Node, to: Node) => {
    emitEdge(body, from, to);
    if (to.order <= from.order) emitSlack(body, to, to.block.start, to.position);
    code.i32(to.order);
    code.set(locals.state);
    code.br(loop);
  };
  for (const node of nodes) {
    code.end();
    emit(node);
    const { flow, taken, next } = node;
    if (flow === "branch" && taken !== undefined && next !== undefined && taken !== next) {
      emitCondition(body, node);
      code.open(wasm.if, type.none);
      go(node, taken);
      code.end();
      go(node, next);
    } else {
      const to = flow === "inline" || flow === "jump" ? taken : next;
      if (to !== undefined) go(node, to);
    }
  }
  code.end();
}
