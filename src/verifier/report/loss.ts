import type { CompletedRun } from "../analysis.ts";
import type { Node } from "../cfg/index.ts";
import { holdsSomething, mayHoldPacket } from "../fixpoint/index.ts";
import { isUnwritten, type Register } from "../ir/index.ts";
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
  if (register >= 1 && register <= 5) return { kind: "call", name };
  return mayHoldPacket(contents, register) && instruction.target?.contract.reallocatesPacket === true
    ? { kind: "packet-moved", name }
    : undefined;
}

/** What took the content of a register away, on the way to where it is missed. */
export function lossOf(run: CompletedRun, ways: Ways, at: Node, register: Register | undefined): Loss {
  if (register === undefined) return NEVER;
  const state = run.iteration.statesAt(at).before;
  if (state !== undefined && !state.isBottom() && !isUnwritten(state.typesOf(register))) return NEVER;
  for (const node of ways.changes(at, REACH)) {
    const loss = lossBy(run, node, register);
    if (loss !== undefined) return loss;
  }
  return NEVER;
}
