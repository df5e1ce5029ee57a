import { instantiate, type WebAssemblyMemory } from "../webassembly.ts";
import { Code, ModuleWriter, type } from "./encoder/index.ts";

/** What compiled code asks its machine for; `Imports` of unit.ts says with which numbers. */
export const gates = ["predict", "refuel", "helper"] as const;

export type Gate = (typeof gates)[number];

/** Answers one question of compiled code. */
export type Answer = (first: number, second: number, third: number, fourth: number) => number;

/** The gates of one machine, as modules import them. */
export type Gates = Readonly<Record<Gate, object>>;

const ANSWER = { parameters: [type.i32, type.i32, type.i32, type.i32], results: [type.i32] };

/**
 * Signature of what modules import: the numbers, and a vector that nobody looks at. JavaScript cannot be called with
 * vectors, so V8 (11.3) compiles no wrapper for the import, which it otherwise does with each module: that takes it as
 * long as 1,000 instructions. There is one wrapper for each machine instead, behind the gates.
 */
export const GATE = { parameters: [...ANSWER.parameters, type.v128], results: ANSWER.results };

/** Makes of functions in JavaScript what modules can import with signature `GATE`. */
export function openGates(memory: WebAssemblyMemory, answers: Readonly<Record<Gate, Answer>>): Gates {
  const module = new ModuleWriter();
  const imports = gates.map((gate) => module.import(gate, ANSWER));
  for (const [at, gate] of gates.entries()) {
    const code = new Code();
    for (const parameter of ANSWER.parameters.keys()) code.get(parameter);
    code.call(imports[at]);
    module.export(gate, module.function(GATE, [], code));
  }
  return instantiate<Gates>(module.finish(), { memory, ...answers });
}
