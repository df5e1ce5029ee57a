import { EbpfError } from "../errors.ts";
import { decode, formOf, type InstructionForm, type Problem, targetOf, validate } from "../isa/index.ts";
import type { Instruction, SourceLine } from "../spec/index.ts";
import { type Executable, type HelperFunction, STRIDE } from "./executable.ts";
import { FRAME_BYTES } from "./frame.ts";
import { type OperationName, operations } from "./operation.ts";

export interface LinkOptions {
  /** Name for reports. */
  readonly name?: string;
  /** What `call` and `callx` may call, by helper number. */
  readonly helpers: ReadonlyMap<number, HelperFunction>;
  /** What the 64 bits of an `lddw` with a reference are, by slot: the address of a map's handle, of a global, … */
  readonly addresses?: ReadonlyMap<number, number>;
  /** Source lines for reports, ascending by slot. */
  readonly lines?: readonly SourceLine[];
}

const PSEUDO = new Map<string, OperationName>([
  ["call runtime", "end"],
  ["lddw.map", "lddw"],
]);

/** The interpreter's operation for a form of instruction, `undefined` where it has none. */
export function operationOf(form: InstructionForm): OperationName | undefined {
  if (form.kind === "atomic") return form.width === 32 ? "atomic32" : "atomic";
  if (form.kind === "wide") return "lddw";
  if (form.operation === "ja") return "ja";
  const name = PSEUDO.get(form.id) ?? form.id;
  return Object.hasOwn(operations, name) ? (name as OperationName) : undefined;
}

function invalid(slot: number, reason: string): EbpfError {
  return new EbpfError("EBPF_INVALID_INSTRUCTION", `instruction ${slot}: ${reason}`);
}

function refuse(problem: Problem): EbpfError {
  const code = problem.rule === "packet-load" ? "EBPF_NOT_SUPPORTED" : "EBPF_INVALID_INSTRUCTION";
  return new EbpfError(code, `instruction ${problem.slot}: ${problem.text}`);
}

/**
 * Checks a program's code and decodes it for the interpreter. Code is 8 bytes a slot, little-endian.
 *
 * @throws EbpfError `EBPF_INVALID_INSTRUCTION`: unknown or malformed instruction, jump to nowhere, unknown helper,
 * write to r10; `EBPF_NOT_SUPPORTED`: legacy packet loads, kernel functions, callbacks.
 */
export function link(bytes: Uint8Array, options: LinkOptions): Executable {
  const [problem] = validate(bytes);
  if (problem !== undefined) throw refuse(problem);
  const decoded = decode(bytes);
  const indexes = new Map<number, number>();
  const slots: number[] = [];
  const instructions: Instruction[] = [];
  for (const [slot, instruction] of decoded.entries()) {
    if (instruction === undefined) continue;
    indexes.set(slot, instructions.length);
    slots.push(slot);
    instructions.push(instruction);
  }
  const code = new Int32Array((instructions.length + 1) * STRIDE);
  const helpers: HelperFunction[] = [];

  for (const [index, instruction] of instructions.entries()) {
    const slot = slots[index];
    const form = formOf(instruction);
    if (form === undefined) throw invalid(slot, `unknown opcode 0x${instruction.opcode.toString(16)}`);
    const { dst, src, offset, imm, high = 0 } = instruction;
    if (form.operation === "runtime" || form.id === "lddw.function") {
      throw new EbpfError("EBPF_NOT_SUPPORTED", `instruction ${slot}: ${form.name} is not supported`);
    }
    const name = operationOf(form);
    if (name === undefined) throw invalid(slot, `no operation for ${form.id}`);
    const at = index * STRIDE;
    code[at] = operations[name] | (dst << 10) | (src << 20);
    const target = targetOf(form, instruction, slot);
    if (target !== undefined) {
      const to = indexes.get(target);
      if (to === undefined) throw invalid(slot, `jump to slot ${target}, where no instruction begins`);
      code[at + 1] = (to - index - 1) * STRIDE;
      code[at + 2] = imm;
      if (form.operation === "local") code[at + 2] = FRAME_BYTES;
    } else if (form.kind === "wide") {
      code[at] = operations.lddw | (dst << 10);
      const address = options.addresses?.get(slot);
      if (src !== 0 && address === undefined) throw invalid(slot, "lddw of a reference that nothing resolves");
      code[at + 1] = address ?? imm;
      code[at + 2] = address === undefined ? high : 0;
    } else if (form.operation === "helper") {
      const helper = options.helpers.get(imm);
      if (helper === undefined) throw invalid(slot, `helper ${imm} is not known here`);
      code[at + 1] = helpers.push(helper) - 1;
    } else if (form.fields.offset === "memory") {
      code[at + 1] = offset;
      code[at + 3] = imm;
    } else {
      code[at + 1] = imm;
    }
  }
  return {
    name: options.name ?? "program",
    code,
    instructions,
    slots,
    helpers,
    helpersById: options.helpers,
    lines: options.lines ?? [],
  };
}
