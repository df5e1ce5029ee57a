import type { Instruction } from "./instruction.ts";
import type { SourceLine } from "./source-line.ts";

/** What one instruction did. */
export interface Step {
  /** Slot of the instruction. */
  readonly pc: number;
  /** Name of the program that it is in. */
  readonly program: string;
  /** Functions that wait for the one that ran it to return. */
  readonly depth: number;
  readonly instruction: Instruction;
  /** The instruction as listings show it. */
  readonly text: string;
  readonly line: SourceLine | undefined;
  /** Registers that changed, with their new values, unsigned 64-bit. */
  readonly registers: ReadonlyMap<number, bigint>;
  /** What a store or an atomic operation left in memory. What helpers write is not here. */
  readonly written: { readonly address: number; readonly bytes: Uint8Array } | undefined;
}
