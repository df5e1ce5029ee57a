import { forms, type Operation } from "../../../isa/index.ts";
import type { Node } from "../analysis/graph.ts";
import { wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

/** RFC 9669 section 4.3: comparisons, 64 and 32 bits wide. */
const comparisons: ReadonlyMap<Operation, readonly [wide: number, narrow: number]> = new Map([
  ["jeq", [wasm.i64Eq, wasm.i32Eq]],
  ["jne", [wasm.i64Ne, wasm.i32Ne]],
  ["jgt", [wasm.i64GtU, wasm.i32GtU]],
  ["jge", [wasm.i64GeU, wasm.i32GeU]],
  ["jlt", [wasm.i64LtU, wasm.i32LtU]],
  ["jle", [wasm.i64LeU, wasm.i32LeU]],
  ["jsgt", [wasm.i64GtS, wasm.i32GtS]],
  ["jsge", [wasm.i64GeS, wasm.i32GeS]],
  ["jslt", [wasm.i64LtS, wasm.i32LtS]],
  ["jsle", [wasm.i64LeS, wasm.i32LeS]],
  ["jset", [wasm.i64And, wasm.i32And]],
]);

/** The same by form; 0 where there is none. */
const opcodes = Uint8Array.from(
  forms,
  ({ operation, width }) => comparisons.get(operation)?.[width === 64 ? 0 : 1] ?? 0,
);

/** Pushes an i32 that is not zero when the jump at the end of `node` is taken. */
export function emitCondition(body: Body, node: Node): void {
  const { code, unit } = body;
  const index = node.block.end - 1;
  const { operation, width, source } = unit.source.forms[index];
  const { dst, src, imm } = unit.source.instructions[index];
  const isWide = width === 64;
  body.get(dst, node.instance);
  if (!isWide) code.op(wasm.i32WrapI64);
  if (source === "x") {
    body.get(src, node.instance);
    if (!isWide) code.op(wasm.i32WrapI64);
  } else if (isWide) code.i64(imm);
  else code.i32(imm);
  code.op(opcodes[unit.source.rows[index]]);
  if (operation === "jset" && isWide) {
    code.i64(0);
    code.op(wasm.i64Ne);
  }
}
