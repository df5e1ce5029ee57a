import type { Instruction, SourceLine } from "../spec/index.ts";
import type { Machine } from "./machine.ts";

/** A helper: reads its arguments from `machine.lo` and `machine.hi` [1..5], leaves its result in [0]. */
export type HelperFunction = (machine: Machine) => void;

/** Words of code for one instruction: operation and registers, then three operands. */
export const STRIDE = 4;

/** A program, checked and decoded: made by `link`, run by any number of machines. */
export interface Executable {
  readonly name: string;
  /** `STRIDE` words an instruction. Word 2 of memory accesses is a prediction that runs update. */
  readonly code: Int32Array;
  readonly instructions: readonly Instruction[];
  /** Slot of each instruction; `lddw` fills two slots and is one instruction. */
  readonly slots: readonly number[];
  /** Helpers by the index that `call` operations hold. */
  readonly helpers: readonly HelperFunction[];
  /** Helpers by number, for `callx`. */
  readonly helpersById: ReadonlyMap<number, HelperFunction>;
  readonly lines: readonly SourceLine[];
}
