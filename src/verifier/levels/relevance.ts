import type { Register } from "../ir/index.ts";

const REGISTER = /r(\d+)\./g;
const BYTES = /s\[(\d+)\.\.\.(\d+)\]/g;
const BYTE = /s\[(\d+)\]\./g;

/** What matters at one place for a failure elsewhere: registers, and stack bytes counted from the frame's top. */
export class Relevance {
  readonly registers: Set<Register>;
  readonly stack: Set<number>;

  constructor(registers: Iterable<Register> = [], stack: Iterable<number> = []) {
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
    const registers = [...fact.matchAll(REGISTER)];
    if (registers.some(([, number]) => this.registers.has(Number(number)))) return true;
    const ranges = [...fact.matchAll(BYTES)].map(([, first, last]) => [Number(first), Number(last)] as const);
    const bytes = [...fact.matchAll(BYTE)].map(([, at]) => [Number(at), Number(at)] as const);
    const places = [...ranges, ...bytes];
    for (const offset of this.stack) {
      const at = stackTop + offset;
      if (places.some(([first, last]) => first <= at && at <= last)) return true;
    }
    if (fact.startsWith("packet_size") || fact.startsWith("meta_offset")) return true;
    return registers.length === 0 && places.length === 0;
  }
}
