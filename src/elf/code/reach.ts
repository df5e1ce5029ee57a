import { CLASS_MASK, InstructionClass, Opcode, type Slots } from "./instruction-slots.ts";

const OPERATION_MASK = 0xf0;
const JUMP_ALWAYS = 0x00;
const CALL = 0x80;
const EXIT = 0x90;

/**
 * Where a function's code really ends: a compiler may let it jump, or call without a relocation, beyond the next
 * symbol; then everything up to the last slot it can reach belongs to it. `seen` is scratch space, one entry for each
 * slot of the section, shared by all calls: a slot counts as visited if it holds the function's own number.
 */
export function reachableEnd(slots: Slots, start: number, end: number, seen: Int32Array): number {
  const mark = start + 1;
  const work: number[] = [start];
  let last = end;
  const visit = (slot: number): void => {
    if (slot >= 0 && slot < slots.count && seen[slot] !== mark) {
      seen[slot] = mark;
      work.push(slot);
    }
  };
  for (let slot = work.pop(); slot !== undefined; slot = work.pop()) {
    if (slot >= last) last = slot + 1;
    const opcode = slots.opcode(slot);
    const kind = opcode & CLASS_MASK;
    if (opcode === Opcode.LDDW) {
      visit(slot + 1);
      visit(slot + 2);
    } else if (kind !== InstructionClass.JMP && kind !== InstructionClass.JMP32) {
      visit(slot + 1);
    } else if ((opcode & OPERATION_MASK) === CALL) {
      if (slots.isLocalCall(slot)) visit(slot + 1 + slots.imm(slot));
      visit(slot + 1);
    } else if ((opcode & OPERATION_MASK) !== EXIT) {
      visit(slot + 1 + (opcode === Opcode.JA32 ? slots.imm(slot) : slots.offset(slot)));
      if ((opcode & OPERATION_MASK) !== JUMP_ALWAYS) visit(slot + 1);
    }
  }
  return last;
}
