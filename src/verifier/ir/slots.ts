import { EbpfError } from "../../errors.ts";
import { SLOT_BYTES } from "../../spec/index.ts";
import type { Work } from "../../turns/index.ts";

/** One 8-byte slot, its fields apart, whatever it means (RFC 9669 section 3). */
export interface Slot {
  readonly opcode: number;
  readonly dst: number;
  readonly src: number;
  /** Signed 16 bits. */
  readonly offset: number;
  /** Signed 32 bits. */
  readonly imm: number;
}

const SLOTS_PER_PAUSE = 4096;

/**
 * Splits machine code into slots. The second slot of a wide instruction is one of its own here: what it holds is
 * judged too.
 *
 * @throws EbpfError `EBPF_INVALID_INSTRUCTION` when the length is not a multiple of 8 bytes.
 */
export function* readSlots(code: Uint8Array): Work<Slot[]> {
  if (code.length % SLOT_BYTES !== 0) {
    throw new EbpfError("EBPF_INVALID_INSTRUCTION", `code of ${code.length} bytes is not a whole number of slots`);
  }
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const slots: Slot[] = [];
  for (let at = 0; at < code.length; at += SLOT_BYTES) {
    const registers = view.getUint8(at + 1);
    slots.push({
      opcode: view.getUint8(at),
      dst: registers & 15,
      src: registers >> 4,
      offset: view.getInt16(at + 2, true),
      imm: view.getInt32(at + 4, true),
    });
    if (slots.length % SLOTS_PER_PAUSE === 0) yield;
  }
  return slots;
}
