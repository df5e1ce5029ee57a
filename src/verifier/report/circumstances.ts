import type { State } from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import type { Assertion, IrInstruction, Register } from "../ir/index.ts";

/** How a register lost what it held, on the path that leads to where it is missed. */
export type Loss =
  | { readonly kind: "never" }
  /** Calls leave r0 and r6 to r9 only. */
  | { readonly kind: "call"; readonly name: string; readonly register: Register }
  /** The helper moved the packet: pointers into it are gone. */
  | { readonly kind: "packet-moved"; readonly name: string }
  /** It was loaded from a pointer field of the context, and not all of it, or more. Bits. */
  | { readonly kind: "cut"; readonly field: string; readonly loaded: number; readonly whole: number }
  /** It was loaded from stack bytes that were not written. */
  | { readonly kind: "loaded" };

/** What an explanation may look at. */
export interface Circumstances {
  readonly assertion: Assertion;
  readonly message: string;
  readonly instruction: IrInstruction;
  readonly environment: Environment;
  /** What is known before the instruction; undefined where it was not kept. */
  readonly state: State | undefined;
  /** Name of the helper whose map value may be null here, as far as the path tells. */
  readonly lookup: string | undefined;
  /** For registers that were never written, or not since. */
  readonly loss: Loss;
}

/** Registers that an assertion is about, the one to blame first. */
export function registersOf(assertion: Assertion): readonly Register[] {
  switch (assertion.kind) {
    case "comparable":
      return [assertion.left, assertion.right];
    case "addable":
      return [assertion.number, assertion.pointer];
    case "valid-access":
      return assertion.width.kind === "register"
        ? [assertion.register, assertion.width.register]
        : [assertion.register];
    case "valid-store":
      return [assertion.value, assertion.memory];
    case "valid-map-key-value":
      return [assertion.access, assertion.map];
    case "valid-map-type":
      return [assertion.map];
    case "bounded-loop-count":
      return [];
    default:
      return [assertion.register];
  }
}

/** Name of what an instruction calls, where it is a call of a known function. */
export function calleeOf(instruction: IrInstruction): string | undefined {
  return instruction.kind === "call" ? instruction.target?.name : undefined;
}

/** A register as people think of it: `r2`, or `argument 2 of bpf_map_lookup_elem (r2)`. */
export function nameOf(register: Register, instruction: IrInstruction): string {
  const callee = calleeOf(instruction);
  const isArgument = callee !== undefined && register >= 1 && register <= 5;
  return isArgument ? `argument ${register} of ${callee} (r${register})` : `r${register}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  uninit: "was never written",
  map_fd_programs: "is a map of programs",
  map_fd: "is a map",
  number: "is a number",
  ctx: "points to the context",
  stack: "points into the stack",
  shared: "points to a map value",
  socket: "points to a socket",
  btf_id: "points to a kernel object",
  alloc_mem: "points to allocated memory",
  func: "is a function's address",
};

/** `noun`: what the type of program calls its data. */
export function typeWords(type: string, noun = "packet"): string {
  return type === "packet" ? `points into the ${noun}` : (TYPE_WORDS[type] ?? `is ${type}`);
}
