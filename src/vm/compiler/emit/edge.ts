import type { Node } from "../analysis/graph.ts";
import { wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";
import { emitEnter, emitReturn } from "./call.ts";

/** Instructions that the counter has to be set right by on the way from `from` to `to`. */
function distance(from: Node, to: Node): number {
  return to.position - (from.position + from.block.end - from.block.start);
}

/** True where the way from one block to another needs no code. */
export function isPlain(from: Node, to: Node): boolean {
  return from.flow !== "inline" && from.flow !== "return" && distance(from, to) === 0 && to.order > from.order;
}

/**
 * What happens on the way from one block to another. Instructions are counted here alone: on the way straight ahead in
 * the layout, the count is in the place.
 */
export function emitEdge(body: Body, from: Node, to: Node): void {
  const { code, locals } = body;
  if (from.flow === "inline") emitEnter(body, from, to.instance);
  if (from.flow === "return") emitReturn(body, from.instance);
  const by = distance(from, to);
  if (by === 0) return;
  code.get(locals.fuel);
  code.i32(by);
  code.op(wasm.i32Add);
  code.set(locals.fuel);
}

/**
 * The way back to the start of a loop: to `again`, or to `refuel` when the chunk might not last for another round.
 * That lies outside of the loop, so that no call is in it, for whose sake V8 would keep the loop's registers in memory.
 */
export function emitBackEdge(body: Body, from: Node, to: Node, again: number, refuel: number): void {
  const { code, locals } = body;
  emitEdge(body, from, to);
  code.get(locals.fuel);
  code.i32(to.position + body.slack);
  code.op(wasm.i32GeS);
  code.brLikely(again);
  code.br(refuel);
}
