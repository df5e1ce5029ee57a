import { MAX_FRAMES } from "../../frame.ts";
import type { Instance, Node } from "../analysis/graph.ts";
import { operandsOf } from "../analysis/source.ts";
import { REGISTERS } from "../area.ts";
import { type, wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";
import { emitClear, emitFrame } from "./frame.ts";
import { emitSlack } from "./fuel.ts";

const FIRST_SAVED = 6;

/** Writes r0 to r9 where the machine finds them. */
export function emitRegisters(body: Body): void {
  const { code, locals, unit } = body;
  for (let r = 0; r < 10; r++) {
    code.i32(0);
    code.get(locals.registers + r);
    code.access(wasm.i64Store, unit.area + REGISTERS + r * 8);
  }
}

/** `call` of a helper, and `callx`: the machine runs it. When it ended the run, control leaves for good. */
export function emitHelperCall(body: Body, node: Node, index: number): void {
  const { code, locals, unit } = body;
  const site = body.site(node, index);
  emitRegisters(body);
  code.i32(site);
  body.depth(node.instance);
  code.get(locals.fuel);
  code.i32(0);
  body.ask(unit.imports.helper);
  code.tee(locals.address);
  code.open(wasm.if, type.none);
  code.get(locals.address);
  code.setGlobal(unit.globals.left);
  code.i32(-1);
  code.set(locals.site);
  code.br(body.leaves[node.instance.id]);
  code.end();
  code.i32(0);
  code.access(wasm.i64Load, unit.area + REGISTERS);
  body.set(0);
  body.loadGroups();
}

/** Leaves before a call for which there is no frame. */
function checkDepth(body: Body, node: Node, index: number): void {
  const { code, locals } = body;
  if (locals.depth === undefined) return;
  code.get(locals.depth);
  code.i32(MAX_FRAMES - 1 - node.instance.level);
  code.op(wasm.i32GeS);
  body.leaveIf(node, index);
}

/** Where the locals are that hold r6 to r9 of an instance's caller. */
export function savedOf(body: Body, { id }: Instance): number {
  return body.locals.saved + (id - 1) * 4;
}

/** The start of a callee that was put in place of its call. */
export function emitEnter(body: Body, node: Node, callee: Instance): void {
  const index = node.block.end - 1;
  checkDepth(body, node, index);
  const saved = savedOf(body, callee);
  for (let r = 0; r < 4; r++) {
    body.get(FIRST_SAVED + r, node.instance);
    body.code.set(saved + r);
  }
  emitClear(body, callee, operandsOf(body.unit.source, index)[1]);
}

/** The end of such a callee. */
export function emitReturn(body: Body, callee: Instance): void {
  const saved = savedOf(body, callee);
  for (let r = 0; r < 4; r++) {
    body.code.get(saved + r);
    body.set(FIRST_SAVED + r);
  }
}

/** A call of another WebAssembly function. What is left of the chunk passes through a global; the callee looks at it. */
export function emitCall(body: Body, node: Node): void {
  const { code, locals, unit } = body;
  const { instance, block } = node;
  const index = block.end - 1;
  const callee = { ...instance, level: instance.level + 1 };
  checkDepth(body, node, index);
  emitClear(body, callee, operandsOf(unit.source, index)[1]);
  const end = node.position + block.end - block.start;
  code.get(locals.fuel);
  code.i32(end);
  code.op(wasm.i32Sub);
  code.setGlobal(unit.globals.fuel);
  for (let r = 0; r < 10; r++) body.get(r, instance);
  body.depth(callee);
  code.call(unit.functionAt(block.taken));
  for (let r = 5; r >= 0; r--) body.set(r);
  code.getGlobal(unit.globals.left);
  code.open(wasm.if, type.none);
  emitFrame(body, instance.level, block.end, locals.registers + FIRST_SAVED);
  code.i32(-1);
  code.set(locals.site);
  code.br(body.leaves[instance.id]);
  code.end();
  code.getGlobal(unit.globals.fuel);
  code.i32(end);
  code.op(wasm.i32Add);
  code.set(locals.fuel);
  emitSlack(body, node, block.end, end);
  body.loadGroups();
}
