import type { CompletedRun } from "../analysis.ts";
import type { Node } from "../cfg/index.ts";
import type { State } from "../domain/index.ts";
import { type IrInstruction, type Register, T_PACKET } from "../ir/index.ts";
import type { Loss } from "./circumstances.ts";
import { isUnwritten } from "./explain-unwritten.ts";

const NEVER: Loss = { kind: "never" };

const holdsSomething = (state: State | undefined, register: Register): boolean =>
  state !== undefined && !state.isBottom() && !isUnwritten(state.typesOf(register));

function lossBy(instruction: IrInstruction, register: Register, before: State | undefined): Loss | undefined {
  if (instruction.kind === "memory" && instruction.isLoad) {
    const { operand } = instruction;
    return operand.kind === "register" && operand.register === register ? { kind: "loaded" } : undefined;
  }
  if (instruction.kind !== "call" || !holdsSomething(before, register)) return undefined;
  const name = instruction.target?.name ?? "a helper";
  if (register >= 1 && register <= 5) return { kind: "call", name };
  const isPacket = before?.mayHaveType(register, T_PACKET) === true;
  return isPacket && instruction.target?.contract.reallocatesPacket === true
    ? { kind: "packet-moved", name }
    : undefined;
}

/** What took the content of a register away, on a path to where it is missed. */
export function lossOf(
  { program, iteration }: CompletedRun,
  path: readonly Node[],
  register: Register | undefined,
): Loss {
  const at = path.at(-1);
  if (register === undefined || at === undefined || holdsSomething(iteration.statesAt(at).before, register))
    return NEVER;
  for (const node of path.slice(0, -1).reverse()) {
    const loss = lossBy(program.graph.instruction(node), register, iteration.statesAt(node).before);
    if (loss !== undefined) return loss;
  }
  return NEVER;
}
