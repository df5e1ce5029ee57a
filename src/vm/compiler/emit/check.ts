import { FRAME_BYTES } from "../../frame.ts";
import { NULL_PAGE } from "../../proven.ts";
import type { Check, Group } from "../analysis/checks.ts";
import type { Node } from "../analysis/graph.ts";
import { type, wasm } from "../encoder/index.ts";
import { isWide } from "../unit.ts";
import type { Body } from "./body.ts";

/**
 * Pushes whether `[address, address + bytes)` is not within `length` bytes from `start`, by one unsigned comparison of
 * 64 bits, which sees the upper half of a register too. `length` is at least `bytes`.
 */
function compareStatic(body: Body, start: number, length: number, check: Check, first: number): void {
  const { code } = body;
  code.i64(first - start);
  code.op(wasm.i64Add);
  code.i64(length - (check.end - check.start));
  code.op(wasm.i64GtU);
}

/** An access to the stack through an index: within the frames of the function and of those that it was put into. */
function checkStack(body: Body, node: Node, check: Check, base: number, first: number): void {
  const { code, locals, unit } = body;
  const frames = (node.instance.level + 1) * FRAME_BYTES;
  body.get(base, node.instance);
  if (locals.frame === undefined) {
    compareStatic(body, unit.stackTop - frames, frames, check, first);
  } else {
    code.get(locals.frame);
    code.op(wasm.i64Sub);
    compareStatic(body, -frames, frames, check, first);
  }
  body.leaveIf(node, check.access.index, isWide(check));
}

function checkGroup(
  body: Body,
  node: Node,
  check: Check,
  { index: group, isArgument }: Group,
  base: number,
  first: number,
): void {
  const { code, locals, unit } = body;
  const bytes = check.end - check.start;
  const bounds = locals.groups + group * 2;
  body.get(base, node.instance);
  code.get(bounds);
  if (first !== 0) {
    // Apart from the register, so that V8 computes it once where this is in a loop.
    code.i64(first);
    code.op(wasm.i64Sub);
  }
  code.op(wasm.i64Sub);
  code.get(bounds + 1);
  code.i64(bytes);
  code.op(wasm.i64Sub);
  code.op(wasm.i64GtU);
  const { index } = check.access;
  const site = { index, group: body.firstGroup + group, isWrite: check.isWrite, base, first, bytes, isArgument };
  const number = unit.checks.push(site) - 1;
  if (!unit.asking.has(index)) {
    body.leaveIf(node, index, isWide(check), number);
    return;
  }
  code.open(wasm.if, type.none);
  code.i32(number);
  body.get(base, node.instance);
  code.i64(first);
  code.op(wasm.i64Add);
  code.tee(locals.scratch);
  code.op(wasm.i32WrapI64);
  code.get(locals.scratch);
  code.i64(32);
  code.op(wasm.i64ShrU);
  code.op(wasm.i32WrapI64);
  body.depth(node.instance);
  body.ask(unit.imports.predict);
  code.op(wasm.i32Eqz);
  body.leaveIf(node, index, isWide(check));
  body.loadGroup(group);
  code.end();
}

/** Leaves before the access at `check` if it, or one that it speaks for, may not be made. */
export function emitCheck(body: Body, node: Node, check: Check): void {
  const { unit } = body;
  if (unit.mode === "none") return;
  const { index, start, base, offset } = check.access;
  // From what the register holds to the first byte that is checked.
  const first = check.start - start + offset;
  unit.emitted.add(index);
  if (check.only === "page") {
    body.get(base, node.instance);
    body.code.i64(first);
    body.code.op(wasm.i64Add);
    body.code.i64(NULL_PAGE);
    body.code.op(wasm.i64LtU);
    body.leaveIf(node, index);
  } else if (check.only === "null") {
    body.get(base, node.instance);
    body.code.i64(start - offset);
    body.code.op(wasm.i64Eq);
    body.leaveIf(node, index);
  } else if (unit.mode === "arena") {
    body.get(base, node.instance);
    compareStatic(body, NULL_PAGE, unit.arenaEnd - NULL_PAGE, check, first);
    body.leaveIf(node, index, isWide(check));
  } else if (check.group === undefined) {
    checkStack(body, node, check, base, first);
  } else {
    checkGroup(body, node, check, check.group, base, first);
  }
}
