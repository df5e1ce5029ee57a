import type { CompletedRun } from "../analysis.ts";
import type { Node } from "../cfg/index.ts";
import { holdsSomething, mayHoldPacket } from "../fixpoint/index.ts";
import { type Access, type IrInstruction, isUnwritten, type Register } from "../ir/index.ts";
import type { Loss } from "./circumstances.ts";
import { dataWords } from "./data-words.ts";
import type { Ways } from "./path.ts";

const NEVER: Loss = { kind: "never" };

/** Register of the context when the program is called. */
const CONTEXT: Register = 1;

/** Loads and calls that are looked at, from the error backwards. */
const REACH = 1000;

/** The register that a register was copied from, if it was here. */
function sourceOf(instruction: IrInstruction, register: Register): Register {
  const isCopy = instruction.kind === "binary" && instruction.operation === "mov" && instruction.dst === register;
  return isCopy && instruction.operand.kind === "register" ? instruction.operand.register : register;
}

/** Whether a register holds at a node what the program was called with, as far as the way there shows. */
function isContext({ program }: CompletedRun, ways: Ways, node: Node, base: Register): boolean {
  let register = base;
  for (const before of ways.changes(node, REACH)) {
    const instruction = program.graph.instruction(before);
    if (instruction.kind === "call" && register <= 5) return false;
    const target =
      instruction.kind === "memory" && instruction.operand.kind === "register" && instruction.operand.register;
    if (target === register) return false;
    register = sourceOf(instruction, register);
  }
  return register === CONTEXT;
}

/** A load from one of the context's pointer fields, which can only be loaded whole. */
function cutPointer(run: CompletedRun, ways: Ways, node: Node, { base, offset, width }: Access): Loss | undefined {
  const { context } = run.program.environment;
  if (context === undefined || context.end < 0) return undefined;
  const whole = context.end - context.data;
  const { start, end } = dataWords(context);
  const fields = [
    [context.data, start],
    [context.end, end],
    [context.meta, "data_meta"],
  ] as const;
  const field = fields.find(([at]) => at >= 0 && offset < at + whole && at < offset + width);
  if (field === undefined || !isContext(run, ways, node, base)) return undefined;
  return { kind: "cut", field: field[1], loaded: 8 * width, whole: 8 * whole };
}

function lossBy(run: CompletedRun, ways: Ways, node: Node, register: Register): Loss | undefined {
  const { program, iteration } = run;
  const instruction = program.graph.instruction(node);
  if (instruction.kind === "memory") {
    const { operand, access } = instruction;
    if (operand.kind !== "register" || operand.register !== register) return undefined;
    return cutPointer(run, ways, node, access) ?? { kind: "loaded" };
  }
  const contents = iteration.contentsAt(node);
  if (instruction.kind !== "call" || !holdsSomething(contents, register)) return undefined;
  const name = instruction.target?.name ?? "a helper";
  if (register >= 1 && register <= 5) return { kind: "call", name, register };
  return mayHoldPacket(contents, register) && instruction.target?.contract.reallocatesPacket === true
    ? { kind: "packet-moved", name }
    : undefined;
}

/** What took the content of a register away, on the way to where it is missed. */
export function lossOf(run: CompletedRun, ways: Ways, at: Node, register: Register | undefined): Loss {
  if (register === undefined) return NEVER;
  const state = run.iteration.statesAt(at).before;
  if (state !== undefined && !state.isBottom() && !isUnwritten(state.typesOf(register))) return NEVER;
  let missed = register;
  for (const node of ways.changes(at, REACH)) {
    const loss = lossBy(run, ways, node, missed);
    if (loss !== undefined) return loss;
    missed = sourceOf(run.program.graph.instruction(node), missed);
  }
  return NEVER;
}
