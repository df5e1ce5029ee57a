import { add, type Integer } from "../domain/index.ts";
import type { Register } from "../ir/index.ts";

/** What a fact may name: `r1.`, `s[4088...4095]`, `s[4088].` */
const PLACE = /r(\d+)\.|s\[(\d+)(?:\.\.\.(\d+)\]|\]\.)/g;

/** What matters at one place for a failure elsewhere: registers, and stack bytes counted from the frame's top. */
export class Relevance {
  readonly registers: Set<Register>;
  readonly stack: Set<Integer>;

  constructor(registers: Iterable<Register> = [], stack: Iterable<Integer> = []) {
    this.registers = new Set(registers);
    this.stack = new Set(stack);
  }

  get size(): number {
    return this.registers.size + this.stack.size;
  }

  copy(): Relevance {
    return new Relevance(this.registers, this.stack);
  }

  add(other: Relevance): void {
    for (const register of other.registers) this.registers.add(register);
    for (const offset of other.stack) this.stack.add(offset);
  }

  /**
   * Whether a fact is to be shown: one that names a register or stack byte that matters, speaks of the packet's size,
   * or names nothing of the kind. `stackTop` is the offset that the frame's top has in the fact.
   */
  concerns(fact: string, stackTop: number): boolean {
    let namesPlace = false;
    for (const [, register, first, last = first] of fact.matchAll(PLACE)) {
      namesPlace = true;
      if (register !== undefined ? this.registers.has(Number(register)) : this.#hasByte(first, last, stackTop))
        return true;
    }
    return !namesPlace || fact.startsWith("packet_size") || fact.startsWith("meta_offset");
  }

  #hasByte(first: string | undefined, last: string | undefined, stackTop: number): boolean {
    for (const offset of this.stack) {
      const at = add(offset, stackTop);
      if (Number(first) <= at && at <= Number(last)) return true;
    }
    return false;
  }
}
