import type { Node } from "../analysis/graph.ts";
import { type, wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";
import { emitEnter, emitReturn } from "./call.ts";

/** Instructions that the counter has to be set right by on the way from `from` to `to`. */
function distance(from: Node, to: Node): number {
  return to.position - (from.position + from.block.end - from.block.start);
}

/** True where the interpreter looks at the budget: jumps and calls backwards, or to themselves. */
function isBackward(from: Node, to: Node): boolean {
  if (from.flow === "return" || from.flow === "fall" || from.flow === "call") return false;
  return from.block.taken === to.block.start && from.taken === to && to.block.start < from.block.end;
}

/** True where the way from one block to another needs no code. */
export function isPlain(from: Node, to: Node): boolean {
  return from.flow !== "inline" && from.flow !== "return" && distance(from, to) === 0 && !isBackward(from, to);
}

/** What happens on any way from one block to another, but for looking at the budget. */
function emitPassage(body: Body, from: Node, to: Node): void {
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

/** Asks for another chunk at the start of `to`, or leaves there. */
export function emitRefuel(body: Body, to: Node): void {
  const { code, locals, unit } = body;
  code.get(locals.fuel);
  code.i32(to.position);
  code.op(wasm.i32Sub);
  code.call(unit.imports.refuel);
  code.tee(locals.address);
  code.i32(0);
  code.op(wasm.i32LtS);
  body.leaveIf(to, to.block.start);
  code.get(locals.address);
  code.i32(to.position);
  code.op(wasm.i32Add);
  code.set(locals.fuel);
}

/**
 * What happens on the way from one block to another. Instructions are counted here alone: on the way straight ahead in
 * the layout, the count is in the place.
 */
export function emitEdge(body: Body, from: Node, to: Node): void {
  const { code, locals } = body;
  emitPassage(body, from, to);
  if (!isBackward(from, to)) return;
  code.get(locals.fuel);
  code.i32(to.position);
  code.op(wasm.i32LtS);
  code.open(wasm.if, type.none);
  emitRefuel(body, to);
  code.end();
}

/**
 * The way back to the start of a loop: to `again`, or to `refuel` when the chunk is used up. That lies outside of the
 * loop, so that no call is in it, for whose sake V8 would keep the loop's registers in memory.
 */
export function emitBackEdge(body: Body, from: Node, to: Node, again: number, refuel: number): void {
  const { code, locals } = body;
  emitPassage(body, from, to);
  if (!isBackward(from, to)) {
    code.br(again);
    return;
  }
  code.get(locals.fuel);
  code.i32(to.position);
  code.op(wasm.i32GeS);
  code.brLikely(again);
  code.br(refuel);
}
