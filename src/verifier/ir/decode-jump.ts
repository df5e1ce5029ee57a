import {
  badInstruction,
  fail,
  LAST_REGISTER,
  opcodeText,
  refuseBadRegisters,
  refuseDestination,
  refuseNonzero,
} from "./decoding-failure.ts";
import type { Call, CallLocal, CallRegister, ComparisonOperation, Exit, IrInstruction, Jump } from "./instruction.ts";
import { immediateOperand, registerOperand } from "./operand.ts";
import type { Slot } from "./slots.ts";

const REGISTER_SOURCE = 0x08;
const CLASS_JMP = 5;

const CALL = 0x8;
const EXIT = 0x9;
const JA = 0x0;
const CALL_LOCAL = 1;
const CALL_KERNEL_FUNCTION = 2;

/** Conditions by the upper four bits of the opcode (RFC 9669 section 4.3). */
const COMPARISONS: Readonly<Record<number, ComparisonOperation>> = {
  1: "eq",
  2: "gt",
  3: "ge",
  4: "set",
  5: "ne",
  6: "sgt",
  7: "sge",
  10: "lt",
  11: "le",
  12: "slt",
  13: "sle",
};

/** What the loader knows about calls that the encoding does not say. */
export interface CallSites {
  /** Slots whose call is of a compiler builtin. */
  readonly builtins: ReadonlySet<number>;
}

function jumpTarget(at: number, offset: number, slots: readonly Slot[]): number {
  const target = at + 1 + offset;
  const slot = slots[target];
  if (slot === undefined) return fail(at, "jump out of bounds");
  if (slot.opcode === 0) fail(at, "jump to middle of lddw");
  return target;
}

function callRegister(at: number, slot: Slot): CallRegister {
  if (slot.dst > LAST_REGISTER) fail(at, "bad register");
  if (slot.imm === 0) return { kind: "call-register", register: slot.dst };
  // Compilers before clang 19 put the register's number into the immediate.
  if (slot.dst > 0) fail(at, opcodeText("nonzero imm for", slot.opcode));
  if (slot.imm < 0 || slot.imm > LAST_REGISTER) fail(at, "bad register");
  return { kind: "call-register", register: slot.imm };
}

function call(at: number, slot: Slot, slots: readonly Slot[], sites: CallSites): Call | CallLocal | CallRegister {
  if ((slot.opcode & 7) !== CLASS_JMP || slot.src > CALL_KERNEL_FUNCTION) badInstruction(at, slot.opcode);
  const throughRegister = (slot.opcode & REGISTER_SOURCE) !== 0;
  if (slot.src === CALL_LOCAL) {
    refuseNonzero(at, slot.opcode, "offset", slot.offset);
    if (throughRegister) badInstruction(at, slot.opcode);
    refuseDestination(at, slot.opcode, slot.dst);
    return { kind: "call-local", target: jumpTarget(at, slot.imm, slots), frame: "" };
  }
  if (throughRegister) {
    if (slot.src !== 0) badInstruction(at, slot.opcode);
    refuseNonzero(at, slot.opcode, "offset", slot.offset);
    return callRegister(at, slot);
  }
  refuseDestination(at, slot.opcode, slot.dst);
  if (slot.src === CALL_KERNEL_FUNCTION) {
    if (slot.offset < 0) fail(at, opcodeText("negative module for", slot.opcode));
    return { kind: "call", callee: "kernel-function", id: slot.imm, module: slot.offset };
  }
  refuseNonzero(at, slot.opcode, "offset", slot.offset);
  return { kind: "call", callee: sites.builtins.has(at) ? "builtin" : "helper", id: slot.imm, module: 0 };
}

function exit(at: number, slot: Slot): Exit {
  if ((slot.opcode & 7) !== CLASS_JMP || (slot.opcode & REGISTER_SOURCE) !== 0) badInstruction(at, slot.opcode);
  if (slot.src !== 0) badInstruction(at, slot.opcode);
  refuseDestination(at, slot.opcode, slot.dst);
  refuseNonzero(at, slot.opcode, "imm", slot.imm);
  refuseNonzero(at, slot.opcode, "offset", slot.offset);
  return { kind: "exit", frame: "" };
}

function always(at: number, slot: Slot, slots: readonly Slot[]): Jump {
  const isShort = (slot.opcode & 7) === CLASS_JMP;
  if ((slot.opcode & REGISTER_SOURCE) !== 0) badInstruction(at, slot.opcode);
  refuseNonzero(at, slot.opcode, isShort ? "imm" : "offset", isShort ? slot.imm : slot.offset);
  refuseDestination(at, slot.opcode, slot.dst);
  if (slot.src !== 0) badInstruction(at, slot.opcode);
  return { kind: "jump", condition: undefined, target: jumpTarget(at, isShort ? slot.offset : slot.imm, slots) };
}

function conditional(at: number, slot: Slot, slots: readonly Slot[]): Jump {
  const operation = COMPARISONS[slot.opcode >> 4] ?? badInstruction(at, slot.opcode);
  const fromRegister = (slot.opcode & REGISTER_SOURCE) !== 0;
  if (!fromRegister && slot.src !== 0) badInstruction(at, slot.opcode);
  if (fromRegister) refuseNonzero(at, slot.opcode, "imm", slot.imm);
  const target = jumpTarget(at, slot.offset, slots);
  refuseBadRegisters(at, slot.dst, slot.src);
  const right = fromRegister ? registerOperand(slot.src) : immediateOperand(slot.imm);
  const is64 = (slot.opcode & 7) === CLASS_JMP;
  return { kind: "jump", condition: { operation, left: slot.dst, right, is64 }, target };
}

/** Decodes a jump, call or exit (classes JMP and JMP32). */
export function decodeJump(at: number, slot: Slot, slots: readonly Slot[], sites: CallSites): IrInstruction {
  switch (slot.opcode >> 4) {
    case CALL:
      return call(at, slot, slots, sites);
    case EXIT:
      return exit(at, slot);
    case JA:
      return always(at, slot, slots);
    default:
      return conditional(at, slot, slots);
  }
}
