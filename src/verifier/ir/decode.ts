import { LDDW } from "../../isa/index.ts";
import type { Work } from "../../turns/index.ts";
import { decodeAlu } from "./decode-alu.ts";
import { type CallSites, decodeJump } from "./decode-jump.ts";
import { decodeMemory } from "./decode-memory.ts";
import { decodeWide } from "./decode-wide.ts";
import { fail } from "./decoding-failure.ts";
import type { Binary, IrInstruction } from "./instruction.ts";
import { registerOperand } from "./operand.ts";
import type { Slot } from "./slots.ts";

export interface DecodingOptions extends CallSites {
  /** D6: an immediate that is stored is zero-extended. */
  readonly storedImmediatesZeroExtended: boolean;
}

const INSTRUCTIONS_PER_PAUSE = 1024;

const CLASS_ALU = 4;
const CLASS_JMP = 5;
const CLASS_JMP32 = 6;
const CLASS_ALU64 = 7;

function isShiftBy32(instruction: IrInstruction, operation: "lsh" | "rsh" | "arsh", dst: number): boolean {
  return (
    instruction.kind === "binary" &&
    instruction.operation === operation &&
    instruction.is64 &&
    instruction.dst === dst &&
    instruction.operand.kind === "immediate" &&
    instruction.operand.value === 32
  );
}

/**
 * The pair "shift left by 32, shift right by 32" is how older compilers extend 32-bit values: it is analysed as the
 * one move that it stands for, at the first shift's slot. Undefined where the two instructions are no such pair.
 */
function fuseShifts(at: number, first: IrInstruction, slots: readonly Slot[]): Binary | undefined {
  const next = slots[at + 1];
  if (first.kind !== "binary" || !isShiftBy32(first, "lsh", first.dst)) return undefined;
  if (next === undefined || (next.opcode & 7) !== CLASS_ALU64) return undefined;
  const second = decodeAlu(at + 1, next);
  const { dst } = first;
  const operand = registerOperand(dst);
  if (isShiftBy32(second, "rsh", dst)) {
    return { kind: "binary", operation: "mov", dst, operand, is64: false, wide: false };
  }
  if (isShiftBy32(second, "arsh", dst)) {
    return { kind: "binary", operation: "movsx32", dst, operand, is64: true, wide: false };
  }
  return undefined;
}

/**
 * Decodes a program for analysis: one entry for each slot, `undefined` where a slot belongs to the instruction before
 * it. Unreachable code must decode too.
 *
 * @throws DecodingFailure at the first slot that does not decode.
 */
export function* decodeProgram(slots: readonly Slot[], options: DecodingOptions): Work<(IrInstruction | undefined)[]> {
  if (slots.length === 0) fail(0, "Zero length programs are not allowed");
  const instructions: (IrInstruction | undefined)[] = [];
  for (let steps = 1; instructions.length < slots.length; steps++) {
    if (steps % INSTRUCTIONS_PER_PAUSE === 0) yield;
    const at = instructions.length;
    const slot = slots[at];
    if (slot === undefined) break;
    const group = slot.opcode & 7;
    if (slot.opcode === LDDW) {
      instructions.push(decodeWide(at, slots), undefined);
    } else if (group === CLASS_ALU || group === CLASS_ALU64) {
      const instruction = decodeAlu(at, slot);
      const fused = fuseShifts(at, instruction, slots);
      if (fused === undefined) instructions.push(instruction);
      else instructions.push(fused, undefined);
    } else if (group === CLASS_JMP || group === CLASS_JMP32) {
      instructions.push(decodeJump(at, slot, slots, options));
    } else {
      instructions.push(decodeMemory(at, slot, options.storedImmediatesZeroExtended));
    }
  }
  return instructions;
}
