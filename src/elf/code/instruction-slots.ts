import type { Section } from "../container.ts";
import { quote } from "../span.ts";

/** Bytes of a slot and the places of its fields (RFC 9669 section 3.1). */
const SLOT = 8;

export const Opcode = { LDDW: 0x18, LDDW_HIGH: 0x00, CALL: 0x85, EXIT: 0x95, JA32: 0x06 } as const;
export const CallSource = { HELPER: 0, LOCAL: 1, KERNEL: 2 } as const;
export const LddwSource = { IMMEDIATE: 0, MAP: 1, MAP_VALUE: 2, FUNCTION: 4 } as const;

export const CLASS_MASK = 0x07;
export const InstructionClass = { LD: 0, LDX: 1, ST: 2, STX: 3, ALU: 4, JMP: 5, JMP32: 6, ALU64: 7 } as const;

/** The code of one section, read and patched by slot and field. The bytes are a copy. */
export class Slots {
  readonly section: Section;
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly #view: DataView;

  constructor(section: Section) {
    const { data } = section;
    if (data.length % SLOT !== 0) data.fail(`Code of ${data.length} bytes, not a multiple of ${SLOT}`, data.length);
    this.section = section;
    this.bytes = data.bytes.slice();
    this.count = data.length / SLOT;
    this.#view = new DataView(this.bytes.buffer);
  }

  opcode(slot: number): number {
    return this.bytes[slot * SLOT] ?? 0;
  }

  setOpcode(slot: number, opcode: number): void {
    this.bytes[slot * SLOT] = opcode;
  }

  dst(slot: number): number {
    return (this.bytes[slot * SLOT + 1] ?? 0) & 0xf;
  }

  src(slot: number): number {
    return (this.bytes[slot * SLOT + 1] ?? 0) >> 4;
  }

  setSrc(slot: number, src: number): void {
    this.bytes[slot * SLOT + 1] = this.dst(slot) | (src << 4);
  }

  setRegisters(slot: number, dst: number, src: number): void {
    this.bytes[slot * SLOT + 1] = dst | (src << 4);
  }

  offset(slot: number): number {
    return this.#view.getInt16(slot * SLOT + 2, true);
  }

  setOffset(slot: number, offset: number): void {
    this.#view.setInt16(slot * SLOT + 2, offset, true);
  }

  imm(slot: number): number {
    return this.#view.getInt32(slot * SLOT + 4, true);
  }

  setImm(slot: number, imm: number): void {
    this.#view.setInt32(slot * SLOT + 4, imm, true);
  }

  /** Whether a whole `lddw` stands at the slot. */
  isWide(slot: number): boolean {
    return slot + 1 < this.count && this.opcode(slot) === Opcode.LDDW && this.opcode(slot + 1) === Opcode.LDDW_HIGH;
  }

  isLocalCall(slot: number): boolean {
    return this.opcode(slot) === Opcode.CALL && this.src(slot) === CallSource.LOCAL;
  }

  /** Refuses the object because of the instruction at the slot. */
  fail(message: string, slot: number): never {
    this.section.data.fail(`${message} in ${quote(this.section.name)}`, slot * SLOT);
  }
}
