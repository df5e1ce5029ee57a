import { badInstruction, fail, opcodeText, refuseBadRegisters, refuseNonzero } from "./decoding-failure.ts";
import type { Binary, BinaryOperation, Unary, UnaryOperation } from "./instruction.ts";
import { immediateOperand, registerOperand, STACK_POINTER } from "./operand.ts";
import type { Slot } from "./slots.ts";

const REGISTER_SOURCE = 0x08;
const CLASS_MASK = 0x07;
const CLASS_ALU64 = 0x07;

/** Operations by the upper four bits of the opcode that take no offset (RFC 9669 section 4.1). */
const PLAIN: Readonly<Record<number, BinaryOperation>> = {
  0: "add",
  16: "sub",
  32: "mul",
  64: "or",
  80: "and",
  96: "lsh",
  112: "rsh",
  160: "xor",
  192: "arsh",
};

/** Operations whose offset selects among variants. */
const BY_OFFSET: Readonly<Record<number, Readonly<Record<number, BinaryOperation>>>> = {
  48: { 0: "udiv", 1: "sdiv" },
  144: { 0: "umod", 1: "smod" },
  176: { 0: "mov", 8: "movsx8", 16: "movsx16", 32: "movsx32" },
};

const MOV = 0xb0;
const NEG = 0x80;
const END = 0xd0;

const BYTE_ORDER: Readonly<Record<"swap" | "be" | "le", Readonly<Record<number, UnaryOperation>>>> = {
  swap: { 16: "swap16", 32: "swap32", 64: "swap64" },
  be: { 16: "be16", 32: "be32", 64: "be64" },
  le: { 16: "le16", 32: "le32", 64: "le64" },
};

function byteOrder(at: number, slot: Slot): UnaryOperation {
  const is64 = (slot.opcode & CLASS_MASK) === CLASS_ALU64;
  const big = (slot.opcode & REGISTER_SOURCE) !== 0;
  if (slot.src !== 0 || (is64 && big)) badInstruction(at, slot.opcode);
  return BYTE_ORDER[is64 ? "swap" : big ? "be" : "le"][slot.imm] ?? fail(at, "unsupported immediate");
}

function unary(at: number, slot: Slot, is64: boolean): Unary {
  refuseNonzero(at, slot.opcode, "offset", slot.offset);
  if ((slot.opcode & 0xf0) === END) {
    return { kind: "unary", operation: byteOrder(at, slot), dst: slot.dst, is64 };
  }
  if ((slot.opcode & REGISTER_SOURCE) !== 0 || slot.src !== 0) badInstruction(at, slot.opcode);
  refuseNonzero(at, slot.opcode, "imm", slot.imm);
  return { kind: "unary", operation: "neg", dst: slot.dst, is64 };
}

function binaryOperation(at: number, slot: Slot): BinaryOperation {
  const code = slot.opcode & 0xf0;
  const variants = BY_OFFSET[code];
  if (variants !== undefined) {
    if (code === MOV && slot.offset > 0 && (slot.opcode & REGISTER_SOURCE) === 0) {
      fail(at, opcodeText("nonzero offset for", slot.opcode));
    }
    return variants[slot.offset] ?? fail(at, opcodeText("invalid offset for", slot.opcode));
  }
  refuseNonzero(at, slot.opcode, "offset", slot.offset);
  return PLAIN[code] ?? badInstruction(at, slot.opcode);
}

/** Decodes an arithmetic instruction (classes ALU and ALU64). */
export function decodeAlu(at: number, slot: Slot): Binary | Unary {
  if (slot.dst === STACK_POINTER) fail(at, "invalid target r10");
  refuseBadRegisters(at, slot.dst, slot.src);
  const is64 = (slot.opcode & CLASS_MASK) === CLASS_ALU64;
  const code = slot.opcode & 0xf0;
  if (code === NEG || code === END) return unary(at, slot, is64);
  const operation = binaryOperation(at, slot);
  if ((slot.opcode & REGISTER_SOURCE) === 0) {
    if (slot.src !== 0) badInstruction(at, slot.opcode);
    const operand = immediateOperand(slot.imm);
    return { kind: "binary", operation, dst: slot.dst, operand, is64, wide: false };
  }
  refuseNonzero(at, slot.opcode, "imm", slot.imm);
  return { kind: "binary", operation, dst: slot.dst, operand: registerOperand(slot.src), is64, wide: false };
}
