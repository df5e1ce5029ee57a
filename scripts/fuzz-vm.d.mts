import type { InstructionForm } from "../src/isa/index.ts";

/** Numbers below a bound, the same for the same seed and index. */
export function generator(seed: number, index: number): (below: number) => number;

/** A program in the making. */
export class Program {
  constructor(random: (below: number) => number, forms: readonly InstructionForm[]);
}

/** Machine code of case `index` of `seed`. */
export function randomProgram(forms: readonly InstructionForm[], seed: number, index: number): Uint8Array;

/** Runs random programs in the interpreter and compiled, in all modes. */
export class Comparison {
  /** `vm` is what `src/vm/index.ts` exports, and the kernel's hash table. */
  constructor(vm: object, forms: readonly InstructionForm[]);
  readonly counts: {
    readonly programs: number;
    readonly runs: number;
    readonly returned: number;
    readonly faulted: number;
  };
  /** The first difference, in words; undefined where there is none. */
  compare(seed: number, index: number): string | undefined;
}
