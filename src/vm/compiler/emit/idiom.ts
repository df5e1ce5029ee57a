import type { Idiom } from "../analysis/idioms.ts";
import { wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

const signExtensions: ReadonlyMap<number, number> = new Map([
  [8, wasm.i64Extend8S],
  [16, wasm.i64Extend16S],
  [32, wasm.i64Extend32S],
]);

/** What several instructions amount to, in place of the last of them, which has destination `dst`. */
export function emitIdiom(body: Body, { kept, operation, width, amount }: Idiom, dst: number): void {
  const { code, locals } = body;
  code.get(locals.kept + kept);
  if (operation === "rotate" && width === 64) {
    code.i64(amount);
    code.op(wasm.i64Rotl);
  } else if (operation === "rotate") {
    code.op(wasm.i32WrapI64);
    code.i32(amount);
    code.op(wasm.i32Rotl);
    code.op(wasm.i64ExtendI32U);
  } else if (operation === "sign-extend") {
    code.op(signExtensions.get(amount) ?? wasm.i64Extend32S);
  } else if (amount === 32) {
    code.op(wasm.i32WrapI64);
    code.op(wasm.i64ExtendI32U);
  } else {
    code.i64(2 ** amount - 1);
    code.op(wasm.i64And);
  }
  body.set(dst);
}
