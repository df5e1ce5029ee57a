import type { InstructionForm } from "../isa/index.ts";
import type { Instruction, SourceLine } from "../spec/index.ts";
import type { LookupTable } from "./lookup-table.ts";
import type { Machine } from "./machine.ts";
import type { Proven } from "./proven.ts";

/** A helper: reads its arguments from `machine.lo` and `machine.hi` [1..5], leaves its result in [0]. */
export type HelperFunction = (machine: Machine) => void;

/** Words of code for one instruction: operation and registers, then three operands. */
export const STRIDE = 4;

/** A program, checked and decoded: made by `link`, run by any number of machines. */
export interface Executable {
  readonly name: string;
  /** `STRIDE` words an instruction, and a last one for the end of the code. Machines run copies of it. */
  readonly code: Int32Array;
  /** Bytes of the first function's frame that are cleared when a run begins: those that the function may read. */
  readonly frameBytes: number;
  /** By index. `lddw` fills two slots and is one instruction. */
  readonly instructions: readonly Instruction[];
  /** The instruction table's row of each. */
  readonly forms: readonly InstructionForm[];
  /** Number of that row: tables by form are dense. */
  readonly rows: Uint8Array;
  /** Index of the instruction that a jump or a local call goes to; -1 for everything else. */
  readonly targets: Int32Array;
  /** An instruction as listings show it, by index. */
  readonly text: (index: number) => string;
  /** Slot of each instruction. */
  readonly slots: readonly number[];
  /** Slot after the last. */
  readonly end: number;
  /** Helpers by the index that `call` operations hold. */
  readonly helpers: readonly HelperFunction[];
  /** Helpers by number, for `callx`. */
  readonly helpersById: ReadonlyMap<number, HelperFunction>;
  readonly lines: readonly SourceLine[];
  /** Maps whose lookups compiled code does by itself, by the address that programs hold. */
  readonly lookups: ReadonlyMap<number, LookupTable>;
  /** Helpers that compiled code does by itself, by number: their result is the 32-bit word at this address. */
  readonly words: ReadonlyMap<number, number>;
  /**
   * The same for helpers whose result is the next number of SplitMix32 (emit/random.ts of the compiler), the 32-bit
   * state of which is at this address.
   */
  readonly randoms: ReadonlyMap<number, number>;
  /** What a proof leaves to check, by index: compiled code believes it. Undefined without a proof. */
  readonly proven: ReadonlyMap<number, Proven> | undefined;
}
