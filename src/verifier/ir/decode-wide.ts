import { LDDW } from "../../isa/index.ts";
import { fail, LAST_REGISTER, opcodeText, refuseNonzero } from "./decoding-failure.ts";
import type { AddressForm, IrInstruction } from "./instruction.ts";
import { type Integer, immediateOperand } from "./operand.ts";
import type { Slot } from "./slots.ts";

const IMMEDIATE = 0;
const MAP = 1;
const MAP_VALUE = 2;

/** What the other values of `src` load (RFC 9669 section 5.4). */
const FORMS: Readonly<Record<number, AddressForm>> = {
  3: "variable",
  4: "code",
  5: "map-by-index",
  6: "map-value-by-index",
};

/** The 64-bit integer of two halves, read as signed. */
export function wideInteger(low: number, high: number): Integer {
  const value = high * 0x1_0000_0000 + (low >>> 0);
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** Decodes `lddw`, whose second slot must be there and hold nothing but the upper half. */
export function decodeWide(at: number, slots: readonly Slot[]): IrInstruction {
  const slot = slots[at];
  const next = slots[at + 1];
  if (slot === undefined || next === undefined) return fail(at, "incomplete lddw");
  if (next.opcode !== 0 || next.dst !== 0 || next.src !== 0 || next.offset !== 0) fail(at, "invalid lddw");
  refuseNonzero(at, LDDW, "offset", slot.offset);
  if (slot.dst > LAST_REGISTER) fail(at, "bad register");
  const { dst, imm } = slot;
  const high = next.imm;
  if (slot.src === IMMEDIATE) {
    const operand = immediateOperand(wideInteger(imm, high));
    return { kind: "binary", operation: "mov", dst, operand, is64: true, wide: true };
  }
  if (slot.src === MAP_VALUE) return { kind: "load-map-address", dst, fd: imm, offset: high };
  const form = FORMS[slot.src];
  if (slot.src !== MAP && form === undefined) fail(at, opcodeText("bad instruction", LDDW));
  if (high !== 0 && form !== "map-value-by-index") fail(at, "lddw uses reserved fields");
  if (form === undefined) return { kind: "load-map", dst, fd: imm };
  return { kind: "load-address", dst, form, imm, high };
}
