import type { Instruction } from "../spec/index.ts";
import { AssemblyError } from "./assembly-error.ts";
import { type AssemblyLine, readLine, type Token } from "./assembly-line.ts";
import { expected, fits, readDistance, readMemory, readNumber, readRegister, readWide } from "./assembly-operand.ts";
import { encode } from "./encode.ts";
import type { InstructionForm } from "./form.ts";
import { formsOfMnemonic, operandsOf } from "./syntax.ts";

/** A jump whose distance is known when all labels are. */
interface Jump {
  readonly index: number;
  readonly slot: number;
  readonly field: "offset" | "imm";
  readonly label: Token;
}

const RAW = ".quad";

/** Among the forms of a mnemonic, the one that takes operands like these. */
function chooseForm(mnemonic: Token, operands: readonly Token[]): InstructionForm {
  const candidates = formsOfMnemonic.get(mnemonic.text);
  if (candidates === undefined) throw new AssemblyError(`no instruction ${JSON.stringify(mnemonic.text)}`, mnemonic);
  const sized = candidates.filter((form) => operandsOf(form).length === operands.length);
  const form = sized.find((candidate) => {
    const wanted = operandsOf(candidate);
    return operands.every((token, index) => wanted[index] !== undefined && fits(token, wanted[index]));
  });
  if (form !== undefined) return form;
  const [nearest] = sized;
  if (nearest === undefined) {
    const counts = [...new Set(candidates.map((candidate) => operandsOf(candidate).length))].join(" or ");
    throw new AssemblyError(`${mnemonic.text} takes ${counts} operands, not ${operands.length}`, mnemonic);
  }
  // Name the first operand that no form accepts at its place.
  for (const [index, token] of operands.entries()) {
    const choices = sized.flatMap((candidate) => operandsOf(candidate)[index] ?? []);
    if (choices.some((operand) => fits(token, operand))) continue;
    const wanted = [...new Set(choices.map(expected))].join(" or ");
    throw new AssemblyError(`expected ${wanted}, not ${JSON.stringify(token.text)}`, token);
  }
  throw new AssemblyError(`no form of ${mnemonic.text} takes these operands`, mnemonic);
}

function readRaw(line: AssemblyLine, mnemonic: Token): Instruction {
  const [word] = line.operands;
  if (word === undefined || line.operands.length > 1) throw new AssemblyError(`${RAW} takes one number`, mnemonic);
  const { imm: low, high } = readWide(word);
  return { opcode: low & 0xff, dst: (low >> 8) & 15, src: (low >> 12) & 15, offset: low >> 16, imm: high };
}

/** Reads text line by line; labels are resolved when all of it has been read. */
class Assembler {
  readonly #instructions: Instruction[] = [];
  readonly #labels = new Map<string, number>();
  readonly #jumps: Jump[] = [];
  #slot = 0;
  #firstExit: number | undefined;

  assemble(text: string): Uint8Array {
    for (const [index, source] of text.split("\n").entries()) this.#read(readLine(source, index + 1));
    // The suite jumps to `exit` without a label: it means the first exit of the program.
    if (this.#firstExit !== undefined && !this.#labels.has("exit")) this.#labels.set("exit", this.#firstExit);
    for (const jump of this.#jumps) this.#resolve(jump);
    return encode(this.#instructions);
  }

  #read(line: AssemblyLine): void {
    for (const label of line.labels) {
      if (this.#labels.has(label.text)) throw new AssemblyError(`label ${label.text} is already there`, label);
      this.#labels.set(label.text, this.#slot);
    }
    if (line.mnemonic === undefined) return;
    const instruction =
      line.mnemonic.text === RAW ? readRaw(line, line.mnemonic) : this.#instruction(line, line.mnemonic);
    this.#instructions.push(instruction);
    this.#slot += instruction.high === undefined ? 1 : 2;
  }

  #instruction(line: AssemblyLine, mnemonic: Token): Instruction {
    const form = chooseForm(mnemonic, line.operands);
    if (form.kind === "exit") this.#firstExit ??= this.#slot;
    const fields = { opcode: form.opcode, dst: 0, src: 0, offset: 0, imm: 0, ...(form.slots === 2 ? { high: 0 } : {}) };
    if (form.selector !== undefined) fields[form.selector.field] = form.selector.value;
    for (const [index, operand] of operandsOf(form).entries()) {
      const token = line.operands[index];
      if (token !== undefined) Object.assign(fields, this.#operand(operand, token));
    }
    return fields;
  }

  #operand(operand: ReturnType<typeof operandsOf>[number], token: Token): Partial<Instruction> {
    switch (operand) {
      case "dst":
        return { dst: readRegister(token) };
      case "src":
        return { src: readRegister(token) };
      case "dst-memory": {
        const { register, offset } = readMemory(token);
        return { dst: register, offset };
      }
      case "src-memory": {
        const { register, offset } = readMemory(token);
        return { src: register, offset };
      }
      case "imm":
        return { imm: readNumber(token, 32) };
      case "high":
        return { high: readNumber(token, 32) };
      case "imm64":
        return readWide(token);
      case "offset-target":
        return { offset: this.#target(token, "offset", 16) };
      case "imm-target":
        return { imm: this.#target(token, "imm", 32) };
    }
  }

  #target(token: Token, field: "offset" | "imm", bits: 16 | 32): number {
    const distance = readDistance(token, bits);
    if (distance !== undefined) return distance;
    this.#jumps.push({ index: this.#instructions.length, slot: this.#slot, field, label: token });
    return 0;
  }

  #resolve({ index, slot, field, label }: Jump): void {
    const target = this.#labels.get(label.text);
    const instruction = this.#instructions[index];
    if (target === undefined || instruction === undefined) throw new AssemblyError(`no label ${label.text}`, label);
    const distance = target - slot - 1;
    if (field === "offset" && (distance < -0x8000 || distance > 0x7fff)) {
      throw new AssemblyError(`label ${label.text} is ${distance} slots away: too far for a 16-bit offset`, label);
    }
    this.#instructions[index] = { ...instruction, [field]: distance };
  }
}

/**
 * Turns assembly text into machine code, 8 little-endian bytes a slot. The syntax is that of bpf_conformance's `.data`
 * files (`add %r1, 5`, `ldxw %r1, [%r2+4]`, `jeq %r1, 5, label`, `lock fetch add [%r1], %r2`), one instruction a line,
 * with three additions: `lddw.map %r1, 5` and its like for the other kinds of wide load, `ldabsw 4`, and `.quad 0x95`
 * for a slot that no instruction has. `#` and `;` begin comments.
 *
 * @throws AssemblyError (`EBPF_INVALID_SYNTAX`) with line and column.
 * @example assemble("mov %r0, 1\nexit").length // 16
 */
export function assemble(text: string): Uint8Array {
  return new Assembler().assemble(text);
}
