import type { InstructionForm } from "../../../isa/index.ts";
import type { Instruction } from "../../../spec/index.ts";
import { type Executable, STRIDE } from "../../executable.ts";

/** A linked program as the compiler reads it: everything by index of instruction. */
export interface Source {
  readonly executable: Executable;
  readonly forms: readonly InstructionForm[];
  /** Numbers of the forms. */
  readonly rows: Uint8Array;
  readonly instructions: readonly Instruction[];
  /** Where jumps and local calls go; -1 for everything else. */
  readonly targets: Int32Array;
}

/** Reads what `link` made. */
export function readSource(executable: Executable): Source {
  const { instructions, forms, rows, targets } = executable;
  return { executable, forms, rows, instructions, targets };
}

/** The word that the helper called at `index` answers, where it does no more; undefined for all others. */
export function wordOf({ executable }: Source, index: number): number | undefined {
  return executable.words.get(executable.instructions[index].imm);
}

/** Address of the state of the random numbers that the helper called at `index` answers; undefined for all others. */
export function randomOf({ executable }: Source, index: number): number | undefined {
  return executable.randoms.get(executable.instructions[index].imm);
}

/** True where the helper called at `index` is done in place, and leaves all memory of programs as it is. */
export function isPlainInput(source: Source, index: number): boolean {
  return wordOf(source, index) !== undefined || randomOf(source, index) !== undefined;
}

/** The three operand words that `link` gave an instruction. */
export function operandsOf({ executable }: Source, index: number): readonly [number, number, number] {
  const { code } = executable;
  return [code[index * STRIDE + 1], code[index * STRIDE + 2], code[index * STRIDE + 3]];
}
