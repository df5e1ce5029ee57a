import type { CompletedRun } from "../analysis.ts";
import type { Node } from "../cfg/index.ts";
import { holdsSomething, mayHoldPacket } from "../fixpoint/index.ts";
import { type IrInstruction, isUnwritten, type Register } from "../ir/index.ts";
import type { Loss } from "./circumstances.ts";
import type { Ways } from "./path.ts";

const NEVER: Loss = { kind: "never" };

/** Loads and calls that are looked at, from the error backwards. */
const REACH = 1000;

function lossBy({ program, iteration }: CompletedRun, node: Node, register: Register): Loss | undefined {
  const instruction = program.graph.instruction(node);
  if (instruction.kind === "memory") {
    const { operand } = instruction;
    return operand.kind === "register" && operand.register === register ? { kind: "loaded" } : undefined;
  }
  const contents = iteration.contentsAt(node);
  if (instruction.kind !== "call" || !holdsSomething(contents, register)) return undefined;
  const name = instruction.target?.name ?? "a helper";
  if (register >= 1 && register <= 5) return { kind: "call", name, register };
  return mayHoldPacket(contents, register) && instruction.target?.contract.reallocatesPacket === true
    ? { kind: "packet-moved", name }
    : undefined;
}

/** The register that a register was copied from, if it was here. */
function sourceOf(instruction: IrInstruction, register: Register): Register {
  const isCopy = instruction.kind === "binary" && instruction.operation === "mov" && instruction.dst === register;
  return isCopy && instruction.operand.kind === "register" ? instruction.operand.register : register;
}

/** What took the content of a register away, on the way to where it is missed. */
export function lossOf(run: CompletedRun, ways: Ways, at: Node, register: Register | undefined): Loss {
  if (register === undefined) return NEVER;
  const state = run.iteration.statesAt(at).before;
  if (state !== undefined && !state.isBottom() && !isUnwritten(state.typesOf(register))) return NEVER;
  let missed = register;
  for (const node of ways.changes(at, REACH)) {
    const loss = lossBy(run, node, missed);
    if (loss !== undefined) return loss;
    missed = sourceOf(run.program.graph.instruction(node), missed);
  }
  return NEVER;
}
