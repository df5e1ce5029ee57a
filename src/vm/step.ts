import { formOf } from "../isa/index.ts";
import type { Step } from "../spec/index.ts";
import type { Executable } from "./executable.ts";
import type { Machine } from "./machine.ts";
import { lineAt, registers } from "./position.ts";

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
