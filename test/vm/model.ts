import { formOf, type InstructionForm } from "../../src/isa/index.ts";
import type { Instruction } from "../../src/spec/index.ts";

/*
 * eBPF by the letter of RFC 9669, in BigInt and without any thought of speed: what the interpreter is compared with.
 * The sections named are the RFC's.
 */

const unsigned = (bits: number, value: bigint) => BigInt.asUintN(bits, value);
const signed = (bits: number, value: bigint) => BigInt.asIntN(bits, value);

/** Section 4.1. Operands and result are unsigned `width`-bit numbers. */
function arithmetic(form: InstructionForm, dst: bigint, src: bigint): bigint {
  const { width } = form;
  const shift = src & BigInt(width - 1);
  const a = signed(width, dst);
  const b = signed(width, src);
  switch (form.operation) {
    case "add":
      return dst + src;
    case "sub":
      return dst - src;
    case "mul":
      return dst * src;
    case "div":
      return src === 0n ? 0n : dst / src;
    case "sdiv":
      return b === 0n ? 0n : a / b;
    case "mod":
      return src === 0n ? dst : dst % src;
    case "smod":
      return b === 0n ? a : a % b;
    case "or":
      return dst | src;
    case "and":
      return dst & src;
    case "xor":
      return dst ^ src;
    case "lsh":
      return dst << shift;
    case "rsh":
      return dst >> shift;
    case "arsh":
      return a >> shift;
    case "neg":
      return -dst;
    case "mov":
      return src;
    case "movsx":
      return signed(form.from ?? width, src);
    default:
      throw new Error(`no arithmetic ${form.id}`);
  }
}

/** Section 4.2, on a little-endian machine. */
function swap(form: InstructionForm, value: bigint): bigint {
  let result = 0n;
  if (form.operation === "le") return unsigned(form.width, value);
  for (let bit = 0; bit < form.width; bit += 8) result = (result << 8n) | ((value >> BigInt(bit)) & 0xffn);
  return result;
}

/** Section 4.3. Operands are unsigned `width`-bit numbers. */
function condition({ operation, width }: InstructionForm, dst: bigint, src: bigint): boolean {
  const a = signed(width, dst);
  const b = signed(width, src);
  switch (operation) {
    case "ja":
      return true;
    case "jeq":
      return dst === src;
    case "jne":
      return dst !== src;
    case "jgt":
      return dst > src;
    case "jge":
      return dst >= src;
    case "jlt":
      return dst < src;
    case "jle":
      return dst <= src;
    case "jset":
      return (dst & src) !== 0n;
    case "jsgt":
      return a > b;
    case "jsge":
      return a >= b;
    case "jslt":
      return a < b;
    case "jsle":
      return a <= b;
    default:
      throw new Error(`no condition ${operation}`);
  }
}

/** Section 5.3: what memory becomes. */
function atomic({ operation }: InstructionForm, old: bigint, operand: bigint, compared: boolean): bigint {
  switch (operation) {
    case "add":
      return old + operand;
    case "or":
      return old | operand;
    case "and":
      return old & operand;
    case "xor":
      return old ^ operand;
    case "xchg":
      return operand;
    default:
      return compared ? operand : old;
  }
}

/** The model left the memory that it was given. */
export class OutOfBounds extends Error {}

export class Model {
  readonly registers: bigint[] = new Array(11).fill(0n);
  /** Address of the first byte of `bytes`. */
  readonly start: bigint;
  readonly bytes: DataView;
  instructions = 0;

  constructor(start: number, bytes: Uint8Array) {
    this.start = BigInt(start);
    this.bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Runs until `exit`, or until `budget` instructions are executed: then false. No calls. */
  run(program: readonly (Instruction | undefined)[], budget: number): boolean {
    for (let pc = 0; ; ) {
      const instruction = program[pc];
      const form = instruction && formOf(instruction);
      if (instruction === undefined || form === undefined) throw new Error(`no instruction at ${pc}`);
      if (this.instructions++ >= budget) return false;
      if (form.kind === "exit") return true;
      pc += form.slots + this.execute(instruction, form);
    }
  }

  /** Executes one instruction; the distance to jump. */
  execute(instruction: Instruction, form: InstructionForm): number {
    const { dst, src, offset, imm } = instruction;
    const r = this.registers;
    const operand = unsigned(form.width, form.source === "k" ? BigInt(imm) : r[src]);
    switch (form.kind) {
      case "alu":
        r[dst] = unsigned(form.width, arithmetic(form, unsigned(form.width, r[dst]), operand));
        return 0;
      case "swap":
        r[dst] = swap(form, r[dst]);
        return 0;
      case "jump":
        if (!condition(form, unsigned(form.width, r[dst]), operand)) return 0;
        return form.fields.imm === "jump" ? imm : offset;
      case "wide":
        r[dst] = (unsigned(32, BigInt(instruction.high ?? 0)) << 32n) | unsigned(32, BigInt(imm));
        return 0;
      case "load": {
        const value = this.#read(r[src] + BigInt(offset), form.width);
        r[dst] = unsigned(64, form.operation === "load-signed" ? signed(form.width, value) : value);
        return 0;
      }
      case "store":
        this.#write(r[dst] + BigInt(offset), form.width, operand);
        return 0;
      case "atomic": {
        const address = r[dst] + BigInt(offset);
        const old = this.#read(address, form.width);
        const isEqual = unsigned(form.width, r[0]) === old;
        this.#write(address, form.width, unsigned(form.width, atomic(form, old, operand, isEqual)));
        if (form.fetch) r[form.operation === "cmpxchg" ? 0 : src] = old;
        return 0;
      }
      default:
        throw new Error(`the model has no ${form.id}`);
    }
  }

  #at(address: bigint, bits: number): number {
    const at = unsigned(64, address) - this.start;
    if (at < 0n || at + BigInt(bits / 8) > BigInt(this.bytes.byteLength)) throw new OutOfBounds();
    return Number(at);
  }

  #read(address: bigint, bits: number): bigint {
    const at = this.#at(address, bits);
    let value = 0n;
    for (let byte = bits / 8 - 1; byte >= 0; byte--) value = (value << 8n) | BigInt(this.bytes.getUint8(at + byte));
    return value;
  }

  #write(address: bigint, bits: number, value: bigint): void {
    const at = this.#at(address, bits);
    for (let byte = 0; byte < bits / 8; byte++) {
      this.bytes.setUint8(at + byte, Number((value >> BigInt(8 * byte)) & 0xffn));
    }
  }
}
