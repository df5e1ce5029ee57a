import { EbpfError } from "../errors.ts";
import { type Instruction, SLOT_BYTES } from "../spec/index.ts";

interface Field {
  readonly name: keyof Instruction;
  readonly least: number;
  readonly most: number;
}

/** RFC 9669 section 3; immediates may also be given unsigned. */
const fields: readonly Field[] = [
  { name: "opcode", least: 0, most: 0xff },
  { name: "dst", least: 0, most: 15 },
  { name: "src", least: 0, most: 15 },
  { name: "offset", least: -0x8000, most: 0x7fff },
  { name: "imm", least: -0x80000000, most: 0xffffffff },
  { name: "high", least: -0x80000000, most: 0xffffffff },
];

function check(instruction: Instruction, index: number): void {
  for (const { name, least, most } of fields) {
    const value = instruction[name] ?? 0;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new EbpfError(
        "EBPF_INVALID_INSTRUCTION",
        `instruction ${index}: ${name} ${value} is not in ${least}..${most}`,
      );
    }
  }
}

/**
 * Writes machine code: the inverse of `decode`, whose holes (second slots) may be left in or out. An instruction with
 * `high` fills two slots.
 *
 * @throws EbpfError `EBPF_INVALID_INSTRUCTION` when a field does not fit its bits.
 */
export function encode(instructions: readonly (Instruction | undefined)[]): Uint8Array {
  const present = instructions.filter((instruction) => instruction !== undefined);
  const slots = present.reduce((sum, { high }) => sum + (high === undefined ? 1 : 2), 0);
  const code = new Uint8Array(slots * SLOT_BYTES);
  const view = new DataView(code.buffer);
  let at = 0;
  for (const [index, instruction] of present.entries()) {
    check(instruction, index);
    view.setUint8(at, instruction.opcode);
    view.setUint8(at + 1, (instruction.src << 4) | instruction.dst);
    view.setInt16(at + 2, instruction.offset, true);
    view.setInt32(at + 4, instruction.imm, true);
    at += SLOT_BYTES;
    if (instruction.high === undefined) continue;
    view.setInt32(at + 4, instruction.high, true);
    at += SLOT_BYTES;
  }
  return code;
}
