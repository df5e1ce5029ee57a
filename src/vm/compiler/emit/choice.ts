import { FRAME_BYTES } from "../../frame.ts";
import { NULL_PAGE } from "../../proven.ts";
import type { Node } from "../analysis/graph.ts";
import type { Linear } from "../analysis/linear.ts";
import type { Span, Version } from "../analysis/versions.ts";
import { wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";

/** Rounds that a fast version is asked to make at most; far more than a chunk of instructions has. */
const MOST_TRIPS = 2 ** 31;
const FRAME_REGISTER = 10;

function pushLinear({ code, locals }: Body, { terms, constant }: Linear): void {
  let isFirst = true;
  for (const [r, coefficient] of terms) {
    code.get(r === FRAME_REGISTER && locals.frame !== undefined ? locals.frame : locals.registers + r);
    if (coefficient !== 1) {
      code.i64(coefficient);
      code.op(wasm.i64Mul);
    }
    if (!isFirst) code.op(wasm.i64Add);
    isFirst = false;
  }
  if (!isFirst && constant === 0) return;
  code.i64(constant);
  if (!isFirst) code.op(wasm.i64Add);
}

/** Pushes what a value is in the last round. */
function pushLast(body: Body, value: Linear, step: number): void {
  const { code, locals } = body;
  pushLinear(body, value);
  if (step === 0) return;
  code.get(locals.trips);
  if (step !== 1) {
    code.i64(step);
    code.op(wasm.i64Mul);
  }
  code.op(wasm.i64Add);
}

/** Sets the local to the number of rounds less one. */
function setTrips(body: Body, { trips }: Version): void {
  const { code, locals } = body;
  pushLinear(body, trips.distance);
  if (trips.below !== undefined) {
    code.i64(0);
    pushLinear(body, trips.below[1]);
    pushLinear(body, trips.below[0]);
    code.op(wasm.i64LtU);
    code.op(wasm.select);
  }
  if (trips.shift > 0) {
    if (!trips.isExact) {
      code.i64(2 ** trips.shift - 1);
      code.op(wasm.i64Add);
    }
    code.i64(trips.shift);
    code.op(wasm.i64ShrU);
  }
  code.set(locals.trips);
}

/** Pushes whether the chunk lasts for all rounds, and for what may come before it is looked at again. */
function pushFuel(body: Body, { length, header }: Version): void {
  const { code, locals } = body;
  code.get(locals.trips);
  code.i64(MOST_TRIPS);
  code.op(wasm.i64LtU);
  code.get(locals.trips);
  code.i64(length);
  code.op(wasm.i64Mul);
  code.i64(length + body.slack + header.position);
  code.op(wasm.i64Add);
  code.get(locals.fuel);
  code.op(wasm.i64ExtendI32S);
  code.op(wasm.i64LeS);
  code.op(wasm.i32And);
}

/** Where what a span touches has to lie: pushes start and length. */
function pushBounds(body: Body, { check }: Span, part: "start" | "length"): void {
  const { code, locals, unit } = body;
  const isStart = part === "start";
  const frames = (check.access.node.instance.level + 1) * FRAME_BYTES;
  if (unit.mode === "arena") {
    code.i64(isStart ? NULL_PAGE : unit.arenaEnd - NULL_PAGE);
  } else if (check.group !== undefined) {
    code.get(locals.groups + check.group.index * 2 + (isStart ? 0 : 1));
  } else if (!isStart || locals.frame === undefined) {
    code.i64(isStart ? unit.stackTop - frames : frames);
  } else {
    code.get(locals.frame);
    code.i64(frames);
    code.op(wasm.i64Sub);
  }
}

/** Pushes whether all that the span touches in all rounds is within its bounds: its two ends are. */
function pushSpan(body: Body, span: Span): void {
  const { code } = body;
  const { first, bytes, step } = span;
  const end = { ...first, constant: first.constant + bytes };
  const ends = [
    [first, step < 0 ? step : 0],
    [end, step > 0 ? step : 0],
  ] as const;
  for (const [value, change] of ends) {
    pushLast(body, value, change);
    pushBounds(body, span, "start");
    code.op(wasm.i64Sub);
    pushBounds(body, span, "length");
    code.op(wasm.i64LeU);
  }
  code.op(wasm.i32And);
}

/**
 * Pushes whether the fast version of a loop may run: all that its checks would find out, round by round, holds for all
 * rounds that there can be. Values that a round adds the same to each time hold if they do in the first and the last.
 */
export function emitChoice(body: Body, { version }: Node): void {
  if (version === undefined) return;
  const { code } = body;
  const { trips, zeros, needs, spans } = version;
  setTrips(body, version);
  pushFuel(body, version);
  if (trips.isExact && trips.shift > 0) {
    pushLinear(body, trips.distance);
    code.i64(2 ** trips.shift - 1);
    code.op(wasm.i64And);
    code.op(wasm.i64Eqz);
    code.op(wasm.i32And);
  }
  for (const zero of zeros) {
    pushLinear(body, zero);
    code.op(wasm.i64Eqz);
    code.op(wasm.i32And);
  }
  for (const { value, limit, step } of needs) {
    for (const change of step === 0 ? [0] : [0, step]) {
      pushLast(body, value, change);
      code.i64(limit);
      code.op(wasm.i64LtU);
      code.op(wasm.i32And);
    }
  }
  for (const span of spans) {
    pushSpan(body, span);
    code.op(wasm.i32And);
  }
}
