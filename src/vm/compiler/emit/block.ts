import { EXITED } from "../../stop.ts";
import type { Collected } from "../analysis/accesses.ts";
import type { CheckPlan } from "../analysis/checks.ts";
import type { Node } from "../analysis/graph.ts";
import type { Idioms } from "../analysis/idioms.ts";
import { operandsOf, randomOf, wordOf } from "../analysis/source.ts";
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

export type Plan = CheckPlan & Pick<Collected, "lookups"> & { readonly idioms: Idioms };

type Emitter = (body: Body, node: Node, form: Body["unit"]["source"]["forms"][number], index: number) => void;

function emitWide(body: Body, _node: Node, _form: unknown, index: number): void {
  const [low, high] = operandsOf(body.unit.source, index);
  body.code.i64Halves(low, high);
  body.set(body.unit.source.instructions[index].dst);
}

const nothing: Emitter = () => {};

/** What emits instructions, by kind; jumps, exits and calls of functions end blocks and are emitted as their flow. */
const emitters: Readonly<Record<Body["unit"]["source"]["forms"][number]["kind"], Emitter>> = {
  alu: emitArithmetic,
  swap: emitSwap,
  load: emitLoad,
  store: emitStore,
  atomic: emitAtomic,
  wide: emitWide,
  call: (body, node, form, index) => {
    const isHelper = form.operation === "helper";
    const word = isHelper ? wordOf(body.unit.source, index) : undefined;
    const random = isHelper ? randomOf(body.unit.source, index) : undefined;
    if (word !== undefined) {
      body.code.i32(0);
      body.code.access(wasm.i64Load32U, word);
      body.set(0);
    } else if (random !== undefined) emitRandom(body, random);
    else if (form.operation !== "local") emitHelperCall(body, node, index);
  },
  jump: nothing,
  exit: nothing,
  packet: nothing,
};

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

/** The instructions of a block, and its flow as far as that leads to no other block. */
export function emitBlock(body: Body, node: Node, plan: Plan): void {
  const { forms, instructions } = body.unit.source;
  const { keeps, results } = plan.idioms;
  const { start, end } = node.block;
  for (let index = start; index < end; index++) {
    const position = node.position + index - start;
    const kept = keeps.get(position);
    if (kept !== undefined) {
      body.get(instructions[index].dst, node.instance);
      body.code.set(body.locals.kept + kept);
    }
    const idiom = results.get(position);
    if (idiom !== undefined) {
      emitIdiom(body, idiom, instructions[index].dst);
      continue;
    }
    const check = plan.checks.get(position);
    if (check !== undefined && node.version?.hoisted.has(position) !== true) emitCheck(body, node, check);
    const table = plan.lookups.get(position);
    if (table === undefined) emitters[forms[index].kind](body, node, forms[index], index);
    else emitLookup(body, node, index, table);
  }
  if (node.flow === "call") emitCall(body, node);
  else if (node.flow === "exit") emitExit(body, node);
  else if (node.flow === "too deep") body.leave(node, end - 1);
  else if (node.flow === "end of code") body.leave(node, end);
}
