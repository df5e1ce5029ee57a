import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { prepareProgram } from "./analysis.ts";
import type { DialectName } from "./dialect.ts";
import type { IrInstruction } from "./ir/index.ts";

/** Counts that are there although zero. */
const ALWAYS = [
  "arith",
  "arith32",
  "arith64",
  "assign",
  "call_1",
  "call_mem",
  "call_nomem",
  "instructions",
  "joins",
  "jumps",
  "load",
  "load_store",
  "map_in_map",
  "other",
  "packet_access",
  "reallocate",
  "store",
];

/**
 * What a program consists of, by the names that ebpf-for-windows shows with `ebpf_enumerate_programs`: nodes of the
 * control flow, calls inlined and each side of a jump a node of its own. Undefined where the program has no control flow.
 */
export function countInstructions(
  object: ObjectSpec,
  program: ProgramSpec,
  dialect: DialectName = "windows-1.6",
): ReadonlyMap<string, number> | undefined {
  const graph = prepareProgram(object, program, {}, dialect)?.graph;
  if (graph === undefined) return undefined;
  const counts = new Map(ALWAYS.map((name) => [name, 0]));
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (let node = 0; node < graph.size; node++) {
    const instruction = graph.instruction(node);
    add("instructions");
    add(kindOf(instruction));
    if (instruction.kind === "binary") add(instruction.is64 ? "arith64" : "arith32");
    if (instruction.kind === "load-map" && instruction.fd === -1) counts.set("map_in_map", 1);
    if (instruction.kind === "call" && instruction.target?.contract.reallocatesPacket) counts.set("reallocate", 1);
    if ((graph.parents[node]?.length ?? 0) > 1) add("joins");
    if ((graph.children[node]?.length ?? 0) > 1) add("jumps");
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function kindOf(instruction: IrInstruction): string {
  switch (instruction.kind) {
    case "call": {
      if (instruction.callee === "kernel-function") return "call_btf";
      const contract = instruction.target?.contract;
      if (contract?.isMapLookup === true) return "call_1";
      const plain = contract?.pairs.length === 0 && contract.singles.every(({ kind }) => kind === "anything");
      return plain ? "call_nomem" : "call_mem";
    }
    case "call-register":
      return "callx";
    case "memory":
      return instruction.isLoad ? "load" : "store";
    case "atomic":
      return "load_store";
    case "packet":
      return "packet_access";
    case "binary":
      return instruction.operation.startsWith("mov") ? "assign" : "arith";
    case "unary":
      return "arith";
    case "load-map":
    case "load-map-address":
    case "load-address":
      return "assign";
    case "assume":
      return "assume";
    default:
      return "other";
  }
}
