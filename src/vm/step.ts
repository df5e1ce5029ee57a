import { formOf } from "../isa/index.ts";
import type { Instruction, SourceLine } from "../spec/index.ts";
import type { Executable } from "./executable.ts";
import type { Machine } from "./machine.ts";
import { lineAt, registers } from "./position.ts";

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

/** Looks at a machine before an instruction and after it. */
export class StepObserver {
  readonly #executable: Executable;
  readonly #index: number;
  readonly #depth: number;
  readonly #before: readonly bigint[];
  readonly #address: number;
  readonly #size: number;

  constructor({ lo, hi, depth }: Machine, executable: Executable, index: number) {
    this.#executable = executable;
    this.#index = index;
    this.#depth = depth;
    this.#before = registers(lo, hi);
    const instruction = executable.instructions[index];
    const form = instruction && formOf(instruction);
    const writes = form?.fields.dst === "base";
    this.#size = writes ? form.width / 8 : 0;
    this.#address = writes ? (lo[instruction.dst] + instruction.offset) >>> 0 : 0;
  }

  step({ lo, hi, memory }: Machine): Step {
    const executable = this.#executable;
    const pc = executable.slots[this.#index];
    const after = registers(lo, hi);
    const changed = after.map((value, r) => [r, value] as const).filter(([r, value]) => value !== this.#before[r]);
    const bytes = memory.bytes.slice(this.#address, this.#address + this.#size);
    return {
      pc,
      program: executable.name,
      depth: this.#depth,
      instruction: executable.instructions[this.#index],
      text: executable.text(this.#index),
      line: lineAt(executable.lines, pc),
      registers: new Map(changed),
      written: this.#size === 0 ? undefined : { address: this.#address, bytes },
    };
  }
}
