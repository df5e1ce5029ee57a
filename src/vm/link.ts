import { EbpfError } from "../errors.ts";
import { decode, disassemble, formOf, type InstructionForm, type Problem, targetOf, validate } from "../isa/index.ts";
import { type Instruction, type ProvenAccess, SLOT_BYTES, type SourceLine } from "../spec/index.ts";
import { type Executable, type HelperFunction, STRIDE } from "./executable.ts";
import { frameUse, isOwnFrame } from "./frame-use.ts";
import type { LookupTable } from "./lookup-table.ts";
import { isOperation, type OperationName, operationOf, operations } from "./operation.ts";
import { provenAccesses } from "./proven.ts";

export interface LinkOptions {
  /** Name for reports. */
  readonly name?: string;
  /** What `call` and `callx` may call, by helper number. */
  readonly helpers: ReadonlyMap<number, HelperFunction>;
  /** What the 64 bits of an `lddw` with a reference are, by slot: the address of a map's handle, of a global, … */
  readonly addresses?: ReadonlyMap<number, number>;
  /** Source lines for reports, ascending by slot. */
  readonly lines?: readonly SourceLine[];
  /**
   * Where maps keep their values, by the address that programs hold as the map: given, compiled code does what helper 1
   * (`bpf_map_lookup_elem`) does for them.
   */
  readonly lookups?: ReadonlyMap<number, LookupTable>;
  /** Helpers that do no more than answer the 32-bit word at an address, by number. */
  readonly words?: ReadonlyMap<number, number>;
  /** Helpers that answer the next of a sequence of random numbers (see `Executable.randoms`), by number. */
  readonly randoms?: ReadonlyMap<number, number>;
  /**
   * Accesses that need no check in compiled code: the caller's word. A wrong one makes faults go unnoticed and lets the
   * program touch other things in its machine's memory, nothing outside of it.
   */
  readonly proof?: readonly ProvenAccess[];
}

/** One instruction and what is known about it. */
interface Linked {
  readonly slot: number;
  readonly instruction: Instruction;
  readonly form: InstructionForm;
  /** Index of the instruction that a jump or a local call goes to. */
  readonly target: number | undefined;
}

function refuse(slot: number, reason: string): EbpfError {
  return new EbpfError("EBPF_INVALID_INSTRUCTION", `instruction ${slot}: ${reason}`);
}

function refuseProblem({ slot, rule, text }: Problem): EbpfError {
  const code = rule === "packet-load" ? "EBPF_NOT_SUPPORTED" : "EBPF_INVALID_INSTRUCTION";
  return new EbpfError(code, `instruction ${slot}: ${text}`);
}

function readProgram(bytes: Uint8Array): Linked[] {
  const [problem] = validate(bytes);
  if (problem !== undefined) throw refuseProblem(problem);
  const decoded = decode(bytes);
  const indexes = new Map<number, number>();
  for (const [slot, instruction] of decoded.entries()) if (instruction) indexes.set(slot, indexes.size);
  return decoded.flatMap((instruction, slot) => {
    const form = instruction && formOf(instruction);
    if (instruction === undefined) return [];
    if (form === undefined) throw refuse(slot, "no such instruction");
    const target = targetOf(form, instruction, slot);
    return [{ slot, instruction, form, target: target === undefined ? undefined : indexes.get(target) }];
  });
}

/**
 * Bytes of frame to clear on entry, by index of each function's first instruction. Functions lie one after another; in
 * code where one jumps into the next, each is given what all need.
 */
function frameSizes(program: readonly Linked[]): Map<number, number> {
  const entries = new Set([0]);
  for (const { form, target } of program) if (form.operation === "local" && target !== undefined) entries.add(target);
  const sizes = new Map<number, number>();
  const ends: number[] = [];
  let entry = 0;
  for (const [index, { form, instruction }] of program.entries()) {
    if (entries.has(index)) entry = index;
    ends[index] = entry;
    sizes.set(entry, Math.max(sizes.get(entry) ?? 0, frameUse(form, instruction)));
  }
  const mixed = program.some(({ form, target }, index) => {
    if (target !== undefined && form.operation !== "local" && ends[target] !== ends[index]) return true;
    const isLast = ends[index + 1] !== ends[index] && index + 1 < program.length;
    return isLast && form.kind !== "exit" && form.operation !== "ja";
  });
  if (!mixed) return sizes;
  const most = Math.max(...sizes.values());
  return new Map([...entries].map((first) => [first, most]));
}

/** The operation for an instance of a form: some have a cheaper one than the form's own. */
function chooseOperation({ form, instruction, slot }: Linked): OperationName {
  const operation = operationOf(form);
  if (operation === undefined) {
    throw new EbpfError("EBPF_NOT_SUPPORTED", `instruction ${slot}: ${form.name} is not supported`);
  }
  if (form.kind !== "atomic" && isOwnFrame(form, instruction)) {
    const own = `${operation}.frame`;
    if (isOperation(own)) return own;
  }
  return operation;
}

/** The three operand words of an instruction; `execute` says what each operation reads. */
class Operands {
  readonly helpers: HelperFunction[] = [];
  readonly #options: LinkOptions;
  readonly #frames: ReadonlyMap<number, number>;

  constructor(options: LinkOptions, frames: ReadonlyMap<number, number>) {
    this.#options = options;
    this.#frames = frames;
  }

  of({ form, instruction, slot, target }: Linked, index: number): readonly number[] {
    const { offset, imm, high = 0 } = instruction;
    if (target !== undefined) {
      const distance = (target - index - 1) * STRIDE;
      return [distance, form.operation === "local" ? (this.#frames.get(target) ?? 0) : imm];
    }
    if (form.kind === "wide") return form.operation === "constant" ? [imm, high] : [this.#address(form, slot), 0];
    if (form.operation === "helper") return [this.#helper(imm, slot)];
    if (form.fields.offset === "memory") return [offset, 0, imm];
    return [imm];
  }

  #address(form: InstructionForm, slot: number): number {
    const address = this.#options.addresses?.get(slot);
    if (address === undefined) throw refuse(slot, `nothing gives the address of the ${form.operation} it refers to`);
    return address;
  }

  #helper(id: number, slot: number): number {
    const helper = this.#options.helpers.get(id);
    if (helper === undefined) throw refuse(slot, `there is no helper ${id} here`);
    return this.helpers.push(helper) - 1;
  }
}

/** Listing texts by index: made when the first is asked for, by a fault or a trace. */
function texts(bytes: Uint8Array, program: readonly Linked[]): (index: number) => string {
  let bySlot: ReadonlyMap<number, string> | undefined;
  return (index) => {
    bySlot ??= new Map(disassemble(bytes).flatMap((line) => (line.kind === "source" ? [] : [[line.slot, line.text]])));
    const slot = program[index]?.slot ?? 0;
    // The listing shows a pair of shifts as one: the second of them has the text of the first.
    return bySlot.get(slot) ?? bySlot.get(slot - 1) ?? "";
  };
}

/** Gives the index of the load, store or atomic operation in a slot. */
function accessIndexes(program: readonly Linked[]): (slot: number) => number | undefined {
  const indexes = new Map<number, number>();
  for (const [index, { slot, form }] of program.entries()) {
    if (form.fields.offset === "memory") indexes.set(slot, index);
  }
  return (slot) => indexes.get(slot);
}

/**
 * Checks a program's code (8 bytes a slot, little-endian) and decodes it for the interpreter.
 *
 * @throws EbpfError `EBPF_INVALID_INSTRUCTION`: malformed instruction, jump to nowhere, unknown helper, reference
 * without an address, write to r10; `EBPF_NOT_SUPPORTED`: legacy packet loads, calls of kernel functions;
 * `EBPF_INVALID_ARGUMENT`: proof of what is no access to memory.
 */
export function link(bytes: Uint8Array, options: LinkOptions): Executable {
  const program = readProgram(bytes);
  const frames = frameSizes(program);
  const operands = new Operands(options, frames);
  // One more than there are: its zeros are operation 0, the end of the code.
  const code = new Int32Array((program.length + 1) * STRIDE);
  for (const [index, linked] of program.entries()) {
    const { dst, src } = linked.instruction;
    const source = linked.form.fields.src === "selector" ? 0 : src;
    code[index * STRIDE] = operations[chooseOperation(linked)] | (dst << 10) | (source << 20);
    code.set(operands.of(linked, index), index * STRIDE + 1);
  }
  return {
    name: options.name ?? "program",
    code,
    frameBytes: frames.get(0) ?? 0,
    instructions: program.map(({ instruction }) => instruction),
    text: texts(bytes.slice(), program),
    slots: program.map(({ slot }) => slot),
    end: bytes.length / SLOT_BYTES,
    helpers: operands.helpers,
    helpersById: options.helpers,
    lines: options.lines ?? [],
    lookups: options.lookups ?? new Map(),
    words: options.words ?? new Map(),
    randoms: options.randoms ?? new Map(),
    proven: options.proof && provenAccesses(options.proof, accessIndexes(program)),
  };
}
