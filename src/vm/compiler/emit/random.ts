import { wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

/** What is added to the state for each number: a Weyl sequence. */
const STEP = 0x9e37_79b9 | 0;
const FIRST_FACTOR = 0x21f0_aaad;
const SECOND_FACTOR = 0x735a_2d97;

/** `mixed ^ (mixed >>> by)`, the number on the stack; it uses the local. */
function fold({ code, locals }: Body, by: number): void {
  code.set(locals.hash);
  code.get(locals.hash);
  code.get(locals.hash);
  code.i32(by);
  code.op(wasm.i32ShrU);
  code.op(wasm.i32Xor);
}

/** r0 becomes the next number of the sequence whose state is at `address`: what `Random.next` of the kernel answers. */
export function emitRandom(body: Body, address: number): void {
  const { code, locals } = body;
  code.i32(0);
  code.i32(0);
  code.access(wasm.i32Load, address);
  code.i32(STEP);
  code.op(wasm.i32Add);
  code.tee(locals.address);
  code.access(wasm.i32Store, address);
  code.get(locals.address);
  fold(body, 16);
  code.i32(FIRST_FACTOR);
  code.op(wasm.i32Mul);
  fold(body, 15);
  code.i32(SECOND_FACTOR);
  code.op(wasm.i32Mul);
  fold(body, 15);
  code.op(wasm.i64ExtendI32U);
  body.set(0);
}
