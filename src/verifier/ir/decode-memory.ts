import {
  badInstruction,
  fail,
  opcodeText,
  refuseBadRegisters,
  refuseDestination,
  refuseNonzero,
} from "./decoding-failure.ts";
import type { Atomic, AtomicOperation, IrInstruction, Memory, Packet } from "./instruction.ts";
import { immediateOperand, type Operand, registerOperand, STACK_POINTER } from "./operand.ts";
import type { Slot } from "./slots.ts";

const CLASS_LD = 0;
const CLASS_LDX = 1;
const CLASS_ST = 2;
const CLASS_STX = 3;

const MODE_ABS = 0x20;
const MODE_IND = 0x40;
const MODE_MEM = 0x60;
const MODE_MEMSX = 0x80;
const MODE_ATOMIC = 0xc0;

/** Bytes by the size bits of the opcode (RFC 9669 section 5). */
const WIDTHS: Readonly<Record<number, number>> = { 0: 4, 8: 2, 16: 1, 24: 8 };

const ATOMICS: Readonly<Record<number, AtomicOperation>> = {
  0: "add",
  64: "or",
  80: "and",
  160: "xor",
  224: "xchg",
  240: "cmpxchg",
};
const FETCH = 1;

function packet(at: number, slot: Slot, width: number, isIndirect: boolean): Packet {
  if ((slot.opcode & 7) !== CLASS_LD || width === 8) badInstruction(at, slot.opcode);
  refuseDestination(at, slot.opcode, slot.dst);
  if (!isIndirect && slot.src > 0) fail(at, opcodeText("bad instruction", slot.opcode));
  refuseNonzero(at, slot.opcode, "offset", slot.offset);
  return { kind: "packet", width, offset: slot.imm, index: isIndirect ? slot.src : undefined };
}

function access(at: number, slot: Slot, width: number, zeroExtendsImmediates: boolean): Memory {
  const group = slot.opcode & 7;
  if (group === CLASS_LD) badInstruction(at, slot.opcode);
  const isLoad = group === CLASS_LDX;
  if (isLoad && slot.dst === STACK_POINTER) fail(at, "cannot modify r10");
  const isImmediate = group === CLASS_ST;
  if (isImmediate && slot.src !== 0) badInstruction(at, slot.opcode);
  if (!isImmediate) refuseNonzero(at, slot.opcode, "imm", slot.imm);
  const operand: Operand = isImmediate
    ? immediateOperand(zeroExtendsImmediates ? slot.imm >>> 0 : slot.imm)
    : registerOperand(isLoad ? slot.dst : slot.src);
  const base = isLoad ? slot.src : slot.dst;
  return { kind: "memory", access: { width, base, offset: slot.offset }, operand, isLoad, isSigned: false };
}

function signedLoad(at: number, slot: Slot, width: number): Memory {
  if ((slot.opcode & 7) !== CLASS_LDX || width === 8) badInstruction(at, slot.opcode);
  if (slot.dst === STACK_POINTER) fail(at, "cannot modify r10");
  refuseNonzero(at, slot.opcode, "imm", slot.imm);
  return {
    kind: "memory",
    access: { width, base: slot.src, offset: slot.offset },
    operand: registerOperand(slot.dst),
    isLoad: true,
    isSigned: true,
  };
}

function atomic(at: number, slot: Slot, width: number): Atomic {
  if ((slot.opcode & 7) !== CLASS_STX || width < 4) badInstruction(at, slot.opcode);
  const operation = ATOMICS[slot.imm & ~FETCH] ?? fail(at, "unsupported immediate");
  const fetch = (slot.imm & FETCH) !== 0;
  if ((operation === "xchg" || operation === "cmpxchg") && !fetch) fail(at, "unsupported immediate");
  return {
    kind: "atomic",
    operation,
    fetch,
    access: { width, base: slot.dst, offset: slot.offset },
    value: slot.src,
  };
}

/** Decodes a load, store or atomic; `zeroExtendsImmediates` is D6. */
export function decodeMemory(at: number, slot: Slot, zeroExtendsImmediates: boolean): IrInstruction {
  refuseBadRegisters(at, slot.dst, slot.src);
  const width = WIDTHS[slot.opcode & 0x18] ?? badInstruction(at, slot.opcode);
  switch (slot.opcode & 0xe0) {
    case MODE_ABS:
      return packet(at, slot, width, false);
    case MODE_IND:
      return packet(at, slot, width, true);
    case MODE_MEM:
      return access(at, slot, width, zeroExtendsImmediates);
    case MODE_MEMSX:
      return signedLoad(at, slot, width);
    case MODE_ATOMIC:
      return atomic(at, slot, width);
    default:
      return badInstruction(at, slot.opcode);
  }
}
