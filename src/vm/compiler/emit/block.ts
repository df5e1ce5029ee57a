import type { InstructionForm } from "../../../isa/index.ts";
import { STRIDE } from "../../executable.ts";
import { EXITED } from "../../stop.ts";
import type { Collected } from "../analysis/accesses.ts";
import type { CheckPlan } from "../analysis/checks.ts";
import type { Node } from "../analysis/graph.ts";
import type { Idioms } from "../analysis/idioms.ts";
import { randomOf, wordOf } from "../analysis/source.ts";
import { FUEL, REGISTERS, SITE } from "../area.ts";
import { wasm } from "../encoder/index.ts";
import { emitArithmetic } from "./arithmetic.ts";
import type { Body } from "./body.ts";
import { emitCall, emitHelperCall } from "./call.ts";
import { emitCheck } from "./check.ts";
import { emitIdiom } from "./idiom.ts";
import { emitLookup } from "./lookup.ts";
import { emitAtomic, emitLoad, emitStore } from "./memory.ts";
import { emitRandom } from "./random.ts";
import { emitSwap } from "./swap.ts";

export interface Plan extends CheckPlan, Pick<Collected, "lookups"> {
  readonly idioms: Idioms;
  /** By position: 1 where there is more to emit than the instruction, or another thing. */
  readonly special: Uint8Array;
}

/** Which positions of a function of so many instructions a plan says something about. */
export function specialOf({ checks, lookups, idioms }: Omit<Plan, "special">, positions: number): Uint8Array {
  const special = new Uint8Array(positions);
  for (const said of [checks, lookups, idioms.keeps, idioms.results]) {
    for (const position of said.keys()) special[position] = 1;
  }
  return special;
}

function emitWide(body: Body, index: number): void {
  const { source } = body.unit;
  const { code } = source.executable;
  body.code.i64Halves(code[index * STRIDE + 1], code[index * STRIDE + 2]);
  body.set(source.instructions[index].dst);
}

function emitCalled(body: Body, node: Node, { operation }: InstructionForm, index: number): void {
  const isHelper = operation === "helper";
  const word = isHelper ? wordOf(body.unit.source, index) : undefined;
  const random = isHelper ? randomOf(body.unit.source, index) : undefined;
  if (word !== undefined) {
    body.code.i32(0);
    body.code.access(wasm.i64Load32U, word);
    body.set(0);
  } else if (random !== undefined) emitRandom(body, random);
  else if (operation !== "local") emitHelperCall(body, node, index);
}

/** One instruction; jumps, exits and calls of functions end blocks and are emitted as their flow. */
function emitInstruction(body: Body, node: Node, index: number): void {
  const form = body.unit.source.forms[index];
  switch (form.kind) {
    case "alu":
      emitArithmetic(body, node, form, index);
      return;
    case "load":
      emitLoad(body, node, form, index);
      return;
    case "store":
      emitStore(body, node, form, index);
      return;
    case "wide":
      emitWide(body, index);
      return;
    case "call":
      emitCalled(body, node, form, index);
      return;
    case "swap":
      emitSwap(body, node, form, index);
      return;
    case "atomic":
      emitAtomic(body, node, form, index);
      return;
    default:
  }
}

/** The end of the program, or of a function that WebAssembly calls. */
function emitExit(body: Body, node: Node): void {
  const { code, locals, unit } = body;
  const index = node.block.end - 1;
  if (locals.depth !== undefined) {
    code.get(locals.fuel);
    code.i32(node.position + node.block.end - node.block.start);
    code.op(wasm.i32Sub);
    code.setGlobal(unit.globals.fuel);
    for (let r = 0; r < 6; r++) body.get(r, node.instance);
    code.op(wasm.return);
    return;
  }
  code.i32(0);
  body.get(0, node.instance);
  code.access(wasm.i64Store, unit.area + REGISTERS);
  code.i32(0);
  code.i32(body.site(node, index));
  code.access(wasm.i32Store, unit.area + SITE);
  code.i32(0);
  code.get(locals.fuel);
  code.access(wasm.i32Store, unit.area + FUEL);
  code.i32(EXITED);
  code.op(wasm.return);
}

/** An instruction that a plan says something about. */
function emitSpecial(body: Body, node: Node, plan: Plan, index: number): void {
  const { dst } = body.unit.source.instructions[index];
  const position = node.position + index - node.block.start;
  const kept = plan.idioms.keeps.get(position);
  if (kept !== undefined) {
    body.get(dst, node.instance);
    body.code.set(body.locals.kept + kept);
  }
  const idiom = plan.idioms.results.get(position);
  if (idiom !== undefined) {
    emitIdiom(body, idiom, dst);
    return;
  }
  const check = plan.checks.get(position);
  if (check !== undefined && node.version?.hoisted.has(position) !== true) emitCheck(body, node, check);
  const table = plan.lookups.get(position);
  if (table === undefined) emitInstruction(body, node, index);
  else emitLookup(body, node, index, table);
}

/** The instructions of a block, and its flow as far as that leads to no other block. */
export function emitBlock(body: Body, node: Node, plan: Plan): void {
  const { start, end } = node.block;
  for (let index = start; index < end; index++) {
    if (plan.special[node.position + index - start] === 1) emitSpecial(body, node, plan, index);
    else emitInstruction(body, node, index);
  }
  if (node.flow === "call") emitCall(body, node);
  else if (node.flow === "exit") emitExit(body, node);
  else if (node.flow === "too deep") body.leave(node, end - 1);
  else if (node.flow === "end of code") body.leave(node, end);
}
