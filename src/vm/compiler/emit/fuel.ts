import type { Node } from "../analysis/graph.ts";
import { type, wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

/** Asks for another chunk before the instruction at `index`, which is at `position` in the layout, or leaves there. */
export function emitRefuel(body: Body, { instance }: Node, index: number, position: number): void {
  const { code, locals, unit } = body;
  code.get(locals.fuel);
  code.i32(position);
  code.op(wasm.i32Sub);
  code.i32(body.slack);
  code.i32(0);
  code.i32(0);
  body.ask(unit.imports.refuel);
  code.tee(locals.address);
  code.i32(0);
  code.op(wasm.i32LtS);
  body.leaveIfAt({ index, position, level: instance.level, isWide: false, check: undefined }, instance);
  code.get(locals.address);
  code.i32(position);
  code.op(wasm.i32Add);
  code.set(locals.fuel);
}

/** Sees to it that the way to the next such place, which may be as long as the function, is within the chunk. */
export function emitSlack(body: Body, node: Node, index: number, position: number): void {
  const { code, locals } = body;
  code.get(locals.fuel);
  code.i32(position + body.slack);
  code.op(wasm.i32LtS);
  code.open(wasm.if, type.none);
  emitRefuel(body, node, index, position);
  code.end();
}
