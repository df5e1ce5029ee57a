import { type Instruction, SLOT_BYTES } from "../spec/index.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { formOf } from "./forms.ts";
import { mnemonicOf, type Operand, operandsOf } from "./syntax.ts";
import { unusedFields } from "./unused-fields.ts";

const signed = (value: number) => (value < 0 ? `${value}` : `+${value}`);

const memory = (register: number, offset: number) => `[%r${register}${offset === 0 ? "" : signed(offset)}]`;

function wide({ imm, high = 0 }: Instruction): string {
  return `0x${((BigInt.asUintN(32, BigInt(high)) << 32n) | BigInt.asUintN(32, BigInt(imm))).toString(16)}`;
}

const OPERANDS: Readonly<Record<Operand, (instruction: Instruction) => string>> = {
  dst: ({ dst }) => `%r${dst}`,
  src: ({ src }) => `%r${src}`,
  "dst-memory": ({ dst, offset }) => memory(dst, offset),
  "src-memory": ({ src, offset }) => memory(src, offset),
  "offset-target": ({ offset }) => signed(offset),
  "imm-target": ({ imm }) => signed(imm),
  imm: ({ imm }) => `${imm}`,
  imm64: wide,
  high: ({ high = 0 }) => `${high}`,
};

/** The line of an instruction; `undefined` where the syntax cannot say all that its fields say. */
function line(instruction: Instruction): string | undefined {
  const form = formOf(instruction);
  if (form === undefined || unusedFields(form, instruction).length > 0) return undefined;
  if (form.slots === 2 && instruction.high === undefined) return undefined;
  if (form.fields.offset === "module" && instruction.offset !== 0) return undefined;
  const operands = operandsOf(form).map((operand) => OPERANDS[operand](instruction));
  return [mnemonicOf(form), operands.join(", ")].join(" ").trimEnd();
}

/**
 * Writes machine code as assembly text, one line an instruction: the inverse of `assemble`, for any bytes. Jumps are
 * distances; slots that the syntax cannot express (unknown opcodes, unused fields that are not zero) are `.quad` lines.
 *
 * @throws EbpfError `EBPF_INVALID_INSTRUCTION` when the length is not a multiple of 8 bytes.
 */
export function formatAssembly(code: Uint8Array): string {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const lines: string[] = [];
  for (const [slot, instruction] of decode(code).entries()) {
    if (instruction === undefined) continue;
    const at = slot * SLOT_BYTES;
    const bytes = encode([instruction]);
    // Reserved bytes of a second slot are in no field: then the two slots are written as they are.
    const complete = bytes.every((byte, index) => byte === code[at + index]);
    const text = complete ? line(instruction) : undefined;
    if (text !== undefined) {
      lines.push(text);
      continue;
    }
    for (let from = at; from < at + bytes.length; from += SLOT_BYTES) {
      lines.push(`.quad 0x${view.getBigUint64(from, true).toString(16)}`);
    }
  }
  return lines.map((text) => `${text}\n`).join("");
}
