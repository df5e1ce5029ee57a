import { EbpfError } from "../errors.ts";
import { type Instruction, SLOT_BYTES } from "../spec/index.ts";

/** Opcode of `lddw`, the only instruction that fills two slots. */
export const LDDW = 0x18;

/**
 * Reads machine code, 8 little-endian bytes a slot (RFC 9669 section 3). The result has one entry for each slot;
 * the second slot of a wide instruction is `undefined`, and a wide instruction cut off by the end has no `high`.
 * Judges nothing: see `validate`.
 *
 * @throws EbpfError `EBPF_INVALID_INSTRUCTION` when the length is not a multiple of 8 bytes.
 */
export function decode(code: Uint8Array): (Instruction | undefined)[] {
  if (code.length % SLOT_BYTES !== 0) {
    throw new EbpfError(
      "EBPF_INVALID_INSTRUCTION",
      `code of ${code.length} bytes is not a whole number of 8-byte slots`,
    );
  }
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const instructions: (Instruction | undefined)[] = [];
  for (let at = 0; at < code.length; at += SLOT_BYTES) {
    const registers = view.getUint8(at + 1);
    const narrow: Instruction = {
      opcode: view.getUint8(at),
      dst: registers & 15,
      src: registers >> 4,
      offset: view.getInt16(at + 2, true),
      imm: view.getInt32(at + 4, true),
    };
    if (narrow.opcode === LDDW && at + SLOT_BYTES < code.length) {
      at += SLOT_BYTES;
      instructions.push({ ...narrow, high: view.getInt32(at + 4, true) }, undefined);
    } else {
      instructions.push(narrow);
    }
  }
  return instructions;
}
