/**
 * One eBPF instruction, field by field as RFC 9669 section 3 encodes it. Wide instructions (`lddw`) fill two 8-byte
 * slots and are one of these, at the index of their first slot.
 */
export interface Instruction {
  /** Opcode byte, 0 to 255. */
  readonly opcode: number;
  /** Destination register field, 0 to 15 (above 10 only before validation). */
  readonly dst: number;
  /** Source register field, 0 to 15; for some opcodes a selector, not a register. */
  readonly src: number;
  /** Signed 16-bit offset. */
  readonly offset: number;
  /** Signed 32-bit immediate. */
  readonly imm: number;
  /** Wide instructions only: the second slot's immediate (bits 63..32), signed 32-bit. */
  readonly high?: number;
}

/** Bytes of one instruction slot. */
export const SLOT_BYTES = 8;
