import { DESCRIPTOR_BYTES, descriptor } from "../../descriptor.ts";
import { FRAME_BYTES } from "../../frame.ts";
import { EXITED } from "../../stop.ts";
import { LISTED_STRIDE, listOf, REGISTERS, SERIES, series, TEMPLATE } from "../area.ts";
import { Code, type, wasm } from "../encoder/index.ts";
import type { Unit } from "../unit.ts";

/**
 * `(first descriptor, end of the descriptors, fuel, 0)`: the descriptor whose run did not exit, or the end. All exports
 * have four parameters: V8 makes a wrapper for each signature.
 */
export const PACKETS_PARAMETERS = [type.i32, type.i32, type.i32, type.i32];
const packets = {
  at: 0,
  end: 1,
  fuel: 2,
  start: 3,
  length: 4,
  left: 5,
  to: 6,
  isShort: 7,
  why: 8,
  context: 9,
  bytes: 10,
  covered: 11,
  toData: 12,
  toEnd: 13,
  toMeta: 14,
} as const;
/** Locals behind the parameters. */
export const PACKETS_LOCALS = [[11, type.i32]] as const;
/** What is read once, from words of the area. */
const constants = [
  [packets.context, series.context],
  [packets.bytes, series.bytes],
  [packets.covered, series.covered],
  [packets.toData, series.data],
  [packets.toEnd, series.end],
  [packets.toMeta, series.meta],
] as const;

/** `(runs, r1, r2, fuel)`: how many runs are left, the one that did not exit among them. */
export const REPEAT_PARAMETERS = [type.i32, type.i32, type.i32, type.i32];
const repeat = { left: 0, r1: 1, r2: 2, fuel: 3, why: 4 } as const;
export const REPEAT_LOCALS = [[1, type.i32]] as const;

/** A word of the area. */
function load(code: Code, { area }: Unit, at: number): void {
  code.i32(0);
  code.access(wasm.i32Load, area + at);
}

function storeFrom(code: Code, { area }: Unit, at: number, local: number): void {
  code.i32(0);
  code.get(local);
  code.access(wasm.i32Store, area + at);
}

/** Stores an address as 64 bits where a local says. */
function point(code: Code, to: number, push: () => void): void {
  code.get(to);
  push();
  code.op(wasm.i64ExtendI32U);
  code.access(wasm.i64Store, 0);
}

/** Walks down from the bytes in the local `left` to those that `to` pushes, `step` by `step`. */
function countDown(code: Code, to: () => void, step: number, body: () => void): void {
  code.get(packets.left);
  to();
  code.op(wasm.i32Ne);
  code.open(wasm.if, type.none);
  const loop = code.open(wasm.loop, type.none);
  code.get(packets.left);
  code.i32(step);
  code.op(wasm.i32Sub);
  code.set(packets.left);
  body();
  code.get(packets.left);
  to();
  code.op(wasm.i32Ne);
  code.brIf(loop);
  code.end();
  code.end();
}

/** The context as a run finds it: what is the same for all, then the pointers to the data. */
function emitContext(code: Code, unit: Unit): void {
  code.get(packets.bytes);
  code.set(packets.left);
  countDown(
    code,
    () => code.get(packets.covered),
    8,
    () => {
      code.get(packets.context);
      code.get(packets.left);
      code.op(wasm.i32Add);
      code.get(packets.left);
      code.access(wasm.i64Load, unit.area + TEMPLATE);
      code.access(wasm.i64Store, 0);
    },
  );
  point(code, packets.toData, () => code.get(packets.start));
  point(code, packets.toEnd, () => {
    code.get(packets.start);
    code.get(packets.length);
    code.op(wasm.i32Add);
  });
  point(code, packets.toMeta, () => code.get(packets.start));
}

/** Gives the groups that touch the packet its bounds, or the first frame's where checks are wider than the packet. */
function emitBounds(code: Code, unit: Unit): void {
  const list = unit.area + listOf(unit.groups);
  const bound = (offset: number, usual: number, short: number) => {
    code.get(packets.to);
    code.i32(short);
    code.get(usual);
    code.get(packets.isShort);
    code.op(wasm.select);
    code.op(wasm.i64ExtendI32U);
    code.access(wasm.i64Store, offset);
  };
  // The list may have become longer during the run before.
  load(code, unit, SERIES + series.listed);
  code.set(packets.left);
  countDown(
    code,
    () => code.i32(0),
    LISTED_STRIDE,
    () => {
      code.get(packets.left);
      code.access(wasm.i32Load, list);
      code.set(packets.to);
      code.get(packets.length);
      code.get(packets.left);
      code.access(wasm.i32Load, list + 4);
      code.op(wasm.i32LtU);
      code.set(packets.isShort);
      bound(0, packets.start, unit.stackTop - FRAME_BYTES);
      bound(8, packets.length, FRAME_BYTES);
    },
  );
}

/** Calls the program and goes to `label`, the reason written down, unless it exits. */
function emitRun(code: Code, unit: Unit, { run, why, label }: { run: number; why: number; label: number }): void {
  code.call(run);
  code.tee(why);
  code.i32(EXITED);
  code.op(wasm.i32Ne);
  code.open(wasm.if, type.none);
  storeFrom(code, unit, SERIES + series.why, why);
  code.br(label);
  code.end();
}

/** The function that runs the program (function `run`) on one packet after the other. */
export function emitPackets(unit: Unit, run: number): Code {
  const code = new Code();
  for (const [local, word] of constants) {
    load(code, unit, SERIES + word);
    code.set(local);
  }
  const stopped = code.open(wasm.block, type.none);
  const loop = code.open(wasm.loop, type.none);
  code.get(packets.at);
  code.get(packets.end);
  code.op(wasm.i32GeU);
  code.brIf(stopped);
  storeFrom(code, unit, SERIES + series.current, packets.at);
  for (const [local, offset] of [
    [packets.start, descriptor.address],
    [packets.length, descriptor.length],
  ] as const) {
    code.get(packets.at);
    code.access(wasm.i32Load, offset);
    code.set(local);
  }
  emitContext(code, unit);
  emitBounds(code, unit);
  code.get(packets.context);
  code.i32(0);
  code.i32(0);
  code.get(packets.fuel);
  emitRun(code, unit, { run, why: packets.why, label: stopped });
  code.get(packets.at);
  load(code, unit, REGISTERS);
  code.access(wasm.i32Store, descriptor.verdict);
  code.get(packets.at);
  code.i32(DESCRIPTOR_BYTES);
  code.op(wasm.i32Add);
  code.set(packets.at);
  code.br(loop);
  code.end();
  code.end();
  code.get(packets.at);
  return code;
}

/** The function that runs the program (function `run`) again and again on the same context. */
export function emitRepeat(unit: Unit, run: number): Code {
  const code = new Code();
  const stopped = code.open(wasm.block, type.none);
  const loop = code.open(wasm.loop, type.none);
  code.get(repeat.left);
  code.op(wasm.i32Eqz);
  code.brIf(stopped);
  storeFrom(code, unit, SERIES + series.current, repeat.left);
  code.get(repeat.r1);
  code.i32(0);
  code.get(repeat.r2);
  code.get(repeat.fuel);
  emitRun(code, unit, { run, why: repeat.why, label: stopped });
  code.get(repeat.left);
  code.i32(1);
  code.op(wasm.i32Sub);
  code.set(repeat.left);
  code.br(loop);
  code.end();
  code.end();
  code.get(repeat.left);
  return code;
}
