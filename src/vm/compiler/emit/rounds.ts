import type { Node } from "../analysis/graph.ts";
import type { Version } from "../analysis/versions.ts";
import { type, wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

/** Rounds that are made without asking whether there is another. */
const AT_ONCE = 4;
/** Instructions of the longest loop of which so many rounds are put in a row. */
const LONGEST = 24;

/**
 * What comes before a loop that is known to go round so and so often: all rounds are counted at once, and most are made
 * without looking. At least one is left for the loop itself, which finds out that it was the last.
 */
export function emitRounds(body: Body, node: Node, { length }: Version, emit: (node: Node) => void): void {
  const { code, locals } = body;
  code.get(locals.fuel);
  code.get(locals.trips);
  code.op(wasm.i32WrapI64);
  code.i32(length);
  code.op(wasm.i32Mul);
  code.op(wasm.i32Sub);
  code.set(locals.fuel);
  if (length > LONGEST) return;
  const isEnough = () => {
    code.get(locals.trips);
    code.i64(AT_ONCE);
    code.op(wasm.i64GeU);
  };
  isEnough();
  code.open(wasm.if, type.none);
  const loop = code.open(wasm.loop, type.none);
  for (let round = 0; round < AT_ONCE; round++) emit(node);
  code.get(locals.trips);
  code.i64(AT_ONCE);
  code.op(wasm.i64Sub);
  code.set(locals.trips);
  isEnough();
  code.brLikely(loop);
  code.end();
  code.end();
}
