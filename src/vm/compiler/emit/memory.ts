import { forms, type InstructionForm } from "../../../isa/index.ts";
import type { Node } from "../analysis/graph.ts";
import { wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

const loads: ReadonlyMap<number, number> = new Map([
  [8, wasm.i64Load8U],
  [16, wasm.i64Load16U],
  [32, wasm.i64Load32U],
  [64, wasm.i64Load],
]);

const signedLoads: ReadonlyMap<number, number> = new Map([
  [8, wasm.i64Load8S],
  [16, wasm.i64Load16S],
  [32, wasm.i64Load32S],
]);

const stores: ReadonlyMap<number, number> = new Map([
  [8, wasm.i64Store8],
  [16, wasm.i64Store16],
  [32, wasm.i64Store32],
  [64, wasm.i64Store],
]);

/** Pushes a 32-bit address; what is left of `offset` for the access itself, which takes none below zero. */
function pushAddress(body: Body, node: Node, base: number, offset: number): number {
  const { code } = body;
  if (base === 10 && body.locals.frame === undefined) {
    code.i32(body.unit.stackTop - node.instance.level * 512 + offset);
    return 0;
  }
  body.get(base, node.instance);
  code.op(wasm.i32WrapI64);
  if (offset >= 0) return offset;
  code.i32(offset);
  code.op(wasm.i32Add);
  return 0;
}

/** By form: what loads, or stores. */
const opcodes = Uint8Array.from(forms, ({ kind, operation, width }) => {
  if (kind === "store") return stores.get(width) ?? 0;
  return (operation === "load-signed" ? signedLoads : loads).get(width) ?? 0;
});

export function emitLoad(body: Body, node: Node, _form: InstructionForm, index: number): void {
  const { rows, instructions } = body.unit.source;
  const { dst, src, offset } = instructions[index];
  const rest = pushAddress(body, node, src, offset);
  body.code.access(opcodes[rows[index]], rest);
  body.set(dst);
}

export function emitStore(body: Body, node: Node, form: InstructionForm, index: number): void {
  const { rows, instructions } = body.unit.source;
  const { dst, src, offset, imm } = instructions[index];
  const rest = pushAddress(body, node, dst, offset);
  if (form.source === "x") body.get(src, node.instance);
  else body.code.i64(imm);
  body.code.access(opcodes[rows[index]], rest);
}

const combinations: ReadonlyMap<string, number> = new Map([
  ["add", wasm.i64Add],
  ["or", wasm.i64Or],
  ["and", wasm.i64And],
  ["xor", wasm.i64Xor],
]);

/** RFC 9669 section 5.3. A run is alone with its memory, so plain loads and stores are atomic. */
export function emitAtomic(body: Body, node: Node, form: InstructionForm, index: number): void {
  const { code, locals } = body;
  const { dst, src, offset } = body.unit.source.instructions[index];
  const load = form.width === 64 ? wasm.i64Load : wasm.i64Load32U;
  const store = form.width === 64 ? wasm.i64Store : wasm.i64Store32;
  const rest = pushAddress(body, node, dst, offset);
  code.tee(locals.address);
  code.access(load, rest);
  code.set(locals.scratch);
  if (form.operation === "cmpxchg") {
    code.get(locals.scratch);
    body.get(0, node.instance);
    if (form.width === 32) {
      code.i64(0xffff_ffff);
      code.op(wasm.i64And);
    }
    code.op(wasm.i64Eq);
    code.open(wasm.if, 0x40);
    code.get(locals.address);
    body.get(src, node.instance);
    code.access(store, rest);
    code.end();
    code.get(locals.scratch);
    body.set(0);
    return;
  }
  code.get(locals.address);
  const combination = combinations.get(form.operation);
  if (combination !== undefined) code.get(locals.scratch);
  body.get(src, node.instance);
  if (combination !== undefined) code.op(combination);
  code.access(store, rest);
  if (!form.fetch) return;
  code.get(locals.scratch);
  body.set(src);
}
