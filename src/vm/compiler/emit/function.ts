import { FRAME_BYTES } from "../../frame.ts";
import { collectAccesses } from "../analysis/accesses.ts";
import { planChecks } from "../analysis/checks.ts";
import { dominanceOf } from "../analysis/dominators.ts";
import { buildGraph, type Graph, positionsOf } from "../analysis/graph.ts";
import { findIdioms } from "../analysis/idioms.ts";
import { findLoops } from "../analysis/loops.ts";
import { Values } from "../analysis/values.ts";
import { addVersions } from "../analysis/versions.ts";
import { DEPTH, FUEL, SITE } from "../area.ts";
import { type Code, type, wasm } from "../encoder/index.ts";
import { LEFT } from "../left.ts";
import type { Unit } from "../unit.ts";
import { emitBlock, specialOf } from "./block.ts";
import { Body } from "./body.ts";
import { emitRegisters, savedOf } from "./call.ts";
import { emitDispatch } from "./dispatch.ts";
import { emitClear, emitFrame } from "./frame.ts";
import { emitSlack } from "./fuel.ts";
import { layOutLocals } from "./locals.ts";
import { Structure } from "./structure.ts";

const R1 = 1;
const R2 = 2;
/** Parameters of the first function. */
const parameter = { r1Low: 0, r1High: 1, r2: 2, fuel: 3 } as const;

export interface EmittedFunction {
  readonly code: Code;
  readonly runs: readonly (readonly [number, number])[];
}

function pushWide(code: Code, low: number, high: number): void {
  code.get(high);
  code.op(wasm.i64ExtendI32U);
  code.i64(32);
  code.op(wasm.i64Shl);
  code.get(low);
  code.op(wasm.i64ExtendI32U);
  code.op(wasm.i64Or);
}

/** What comes before the first block: registers, the counter, the bounds of groups. */
function emitPrologue(body: Body, { nodes, instances }: Graph): void {
  const { code, locals, unit } = body;
  if (locals.depth === undefined) {
    pushWide(code, parameter.r1Low, parameter.r1High);
    body.set(R1);
    code.get(parameter.r2);
    code.op(wasm.i64ExtendI32U);
    body.set(R2);
    emitClear(body, instances[0], unit.source.executable.frameBytes);
    code.get(parameter.fuel);
  } else {
    code.i64(unit.stackTop);
    code.get(locals.depth);
    code.i32(FRAME_BYTES);
    code.op(wasm.i32Mul);
    code.op(wasm.i64ExtendI32U);
    code.op(wasm.i64Sub);
    if (locals.frame !== undefined) code.set(locals.frame);
    code.getGlobal(unit.globals.fuel);
  }
  code.i32(nodes[0].position);
  code.op(wasm.i32Add);
  code.set(locals.fuel);
  body.loadGroups();
}

function storeWord(body: Body, at: number, push: () => void): void {
  const { code, unit } = body;
  code.i32(0);
  push();
  code.access(wasm.i32Store, unit.area + at);
}

/** The way out: the frames of callers that were taken in, registers, where and why. */
function emitLeaving(body: Body, { instances }: Graph): void {
  const { code, locals, unit } = body;
  for (const instance of instances.toReversed()) {
    code.end();
    if (instance.caller === undefined) continue;
    emitFrame(body, instance.caller.level, instance.returnTo, savedOf(body, instance));
    code.br(body.leaves[instance.caller.id]);
  }
  code.get(locals.site);
  code.i32(0);
  code.op(wasm.i32GeS);
  code.open(wasm.if, type.none);
  emitRegisters(body);
  storeWord(body, SITE, () => code.get(locals.site));
  storeWord(body, FUEL, () => code.get(locals.fuel));
  storeWord(body, DEPTH, () => (locals.depth === undefined ? code.i32(0) : code.get(locals.depth)));
  code.end();
  code.getGlobal(unit.globals.left);
  code.op(wasm.i32Eqz);
  code.open(wasm.if, type.none);
  code.i32(LEFT);
  code.setGlobal(unit.globals.left);
  code.end();
  if (locals.depth === undefined) {
    code.getGlobal(unit.globals.left);
    code.i32(0);
    code.setGlobal(unit.globals.left);
  } else {
    for (let r = 0; r < 6; r++) code.i64(0);
  }
}

/** Compiles the eBPF function that begins at `entry`: as the program itself (`isMain`), or as what it calls. */
export function emitFunction(unit: Unit, entry: number, isMain: boolean): EmittedFunction {
  const straight = buildGraph(entry, (at) => unit.shapeAt(at));
  const dominance = dominanceOf(straight.nodes);
  const loops = findLoops(dominance.predecessors, dominance.tree);
  const stackTop = isMain ? unit.stackTop : undefined;
  const values = new Values(unit.source, straight, dominance.predecessors, stackTop);
  const { accesses, lookups, believed } = collectAccesses(unit.source, dominance.predecessors, values, stackTop);
  const isChecked = unit.mode !== "none";
  if (isChecked) for (const index of believed) unit.believed.add(index);
  const toCheck = isChecked ? accesses : [];
  const { checks, groups: planned } = planChecks(toCheck, { values, tree: dominance.tree, loops, narrow: unit.narrow });
  const idioms = findIdioms(unit.source, straight);
  const slack = straight.nodes.reduce((sum, { block }) => sum + block.end - block.start, 1);
  const { predecessors } = dominance;
  const options = { source: unit.source, stackTop, predecessors, graph: straight, dominance, loops, checks };
  const graph = loops.reducible ? addVersions(options) : straight;
  const flow = graph === straight ? dominance : dominanceOf(graph.nodes);
  const groups = unit.mode === "region" ? planned : [];
  const { locals, runs } = layOutLocals(isMain, graph.instances.length, groups.length, idioms.locals);
  const body = new Body(unit, locals, groups, unit.groups, slack);
  unit.groups += groups.length;
  emitPrologue(body, graph);
  for (const { id } of graph.instances) body.leaves[id] = body.code.open(wasm.block, type.none);
  emitSlack(body, graph.nodes[0], graph.nodes[0].block.start, graph.nodes[0].position);
  const said = { checks, groups: planned, lookups, idioms };
  const plan = { ...said, special: specialOf(said, positionsOf(straight)) };
  const emit = (node: Graph["nodes"][number]) => emitBlock(body, node, plan);
  if (loops.reducible) new Structure(body, graph, flow, findLoops(flow.predecessors, flow.tree), emit).run();
  else emitDispatch(body, graph, emit);
  body.code.op(wasm.unreachable);
  emitLeaving(body, graph);
  return { code: body.code, runs };
}
