import type { Instance } from "../analysis/graph.ts";
import { FRAME_STRIDE, FRAMES, SAVED } from "../area.ts";
import { wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

/** Longer ranges are cleared by one instruction, which costs about as much as this many bytes of stores. */
const MOST_STORES = 128;

/** Zeroes the `bytes` below r10 of `instance`. */
export function emitClear(body: Body, instance: Instance, bytes: number): void {
  const { code, locals } = body;
  if (bytes === 0) return;
  const address = () => {
    body.get(10, instance);
    code.op(wasm.i32WrapI64);
    code.i32(bytes);
    code.op(wasm.i32Sub);
  };
  address();
  if (bytes > MOST_STORES) {
    code.i32(0);
    code.i32(bytes);
    code.fill();
    return;
  }
  code.set(locals.address);
  for (let at = 0; at < bytes; ) {
    const size = bytes - at >= 8 ? 8 : 1;
    code.get(locals.address);
    code.i64(0);
    code.access(size === 8 ? wasm.i64Store : wasm.i64Store8, at);
    at += size;
  }
}

/** Writes down a frame that waits for a call at `level` calls from the function's own: return index, and r6 to r9. */
export function emitFrame(body: Body, level: number, returnTo: number, saved: number): void {
  const { code, locals, unit } = body;
  const address = () => {
    if (locals.depth === undefined) code.i32(level * FRAME_STRIDE);
    else {
      code.get(locals.depth);
      code.i32(level);
      code.op(wasm.i32Add);
      code.i32(FRAME_STRIDE);
      code.op(wasm.i32Mul);
    }
  };
  const at = unit.area + FRAMES;
  address();
  code.i32(returnTo);
  code.access(wasm.i32Store, at);
  for (let r = 0; r < 4; r++) {
    address();
    code.get(saved + r);
    code.access(wasm.i64Store, at + SAVED + r * 8);
  }
}
