import type { InstructionForm } from "../../../isa/index.ts";
import type { Node } from "../analysis/graph.ts";
import { type Code, wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

/** Swaps the bytes of each half of the 32-bit number in a local: masks with `mask`, shifts by 8 either way. */
function swapPairs(code: Code, local: number, mask: number): void {
  code.get(local);
  code.i32(mask);
  code.op(wasm.i32And);
  code.i32(8);
  code.op(wasm.i32Shl);
  code.get(local);
  code.i32(8);
  code.op(wasm.i32ShrU);
  code.i32(mask);
  code.op(wasm.i32And);
  code.op(wasm.i32Or);
}

/** RFC 9669 section 4.2, on a little-endian machine: `le` only truncates, `be` and `bswap` both swap. */
export function emitSwap(body: Body, node: Node, form: InstructionForm, index: number): void {
  const { code, locals } = body;
  const { dst } = body.unit.source.instructions[index];
  const { width } = form;
  if (form.operation === "le" && width === 64) return;
  body.get(dst, node.instance);
  if (form.operation === "le") {
    code.i64(width === 16 ? 0xffff : 0xffff_ffff);
    code.op(wasm.i64And);
  } else if (width === 64) {
    code.reverseBytes64();
  } else {
    code.op(wasm.i32WrapI64);
    code.set(locals.address);
    swapPairs(code, locals.address, width === 16 ? 0xff : 0x00ff_00ff);
    if (width === 32) {
      code.set(locals.address);
      code.get(locals.address);
      code.i32(16);
      code.op(wasm.i32Shl);
      code.get(locals.address);
      code.i32(16);
      code.op(wasm.i32ShrU);
      code.op(wasm.i32Or);
    }
    code.op(wasm.i64ExtendI32U);
  }
  body.set(dst);
}
