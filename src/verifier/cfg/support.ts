import type { ConformanceGroup } from "../../isa/index.ts";
import { each, type Work } from "../../turns/index.ts";
import type { IrInstruction } from "../ir/index.ts";
import { ControlFlowFailure } from "./control-flow-failure.ts";

const DIVISIONS_AND_PRODUCTS: ReadonlySet<string> = new Set(["mul", "udiv", "umod", "sdiv", "smod"]);
const WIDE_UNARY: ReadonlySet<string> = new Set(["be64", "le64", "swap64"]);

const base = (is64: boolean): ConformanceGroup => (is64 ? "base64" : "base32");

/** Groups that an instruction needs, in the order in which they are looked at. */
function groupsOf(instruction: IrInstruction): readonly ConformanceGroup[] {
  switch (instruction.kind) {
    case "call-register":
      return ["callx", "base32"];
    case "call":
    case "call-local":
    case "exit":
      return ["base32"];
    case "binary": {
      const { is64, operation } = instruction;
      if (!DIVISIONS_AND_PRODUCTS.has(operation)) return [base(is64)];
      return [base(is64), is64 ? "divmul64" : "divmul32"];
    }
    case "unary":
      return [base(instruction.is64 || WIDE_UNARY.has(instruction.operation))];
    case "jump":
      return [base(instruction.condition?.is64 === true)];
    case "load-address":
    case "load-map":
    case "load-map-address":
      return ["base64"];
    case "memory": {
      const group = base(instruction.access.width === 8);
      return instruction.isSigned ? [group, "base64"] : [group];
    }
    case "packet":
      return ["packet"];
    case "atomic":
      return [instruction.access.width === 8 ? "atomic64" : "atomic32"];
    case "assume":
    case "increment-loop-counter":
    case "undefined":
      return [];
  }
}

function rejection(instruction: IrInstruction, groups: ReadonlySet<ConformanceGroup>): string | undefined {
  if (instruction.kind === "call" && instruction.callee !== "kernel-function") {
    const unsupported = instruction.target?.unsupported;
    if (unsupported !== undefined) return unsupported;
  }
  const missing = groupsOf(instruction).find((group) => !groups.has(group));
  return missing === undefined ? undefined : `requires conformance group ${missing}`;
}

/**
 * Refuses what the platform cannot run, reachable or not.
 *
 * @throws ControlFlowFailure naming the first such instruction; kernel functions are looked at after all others.
 */
export function* checkSupport(
  instructions: readonly (IrInstruction | undefined)[],
  groups: ReadonlySet<ConformanceGroup>,
): Work<void> {
  yield* each(instructions, (instruction, slot) => {
    const failure = instruction?.kind === "call" ? instruction.target?.failure : undefined;
    if (failure !== undefined) throw new ControlFlowFailure(failure, slot);
    const reason = instruction === undefined ? undefined : rejection(instruction, groups);
    if (reason !== undefined) throw new ControlFlowFailure(`rejected: ${reason} (at ${slot})`);
  });
  yield* each(instructions, (instruction, slot) => {
    if (instruction?.kind !== "call" || instruction.callee !== "kernel-function") return;
    const unsupported = instruction.target?.unsupported;
    if (unsupported !== undefined) throw new ControlFlowFailure(`not implemented: ${unsupported} (at ${slot})`);
  });
}
