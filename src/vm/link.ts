import { EbpfError } from "../errors.ts";
import {
  forms as allForms,
  disassemble,
  type InstructionForm,
  type Problem,
  readCode,
  targetOf,
  vmRules,
} from "../isa/index.ts";
import { type Instruction, type ProvenAccess, SLOT_BYTES, type SourceLine } from "../spec/index.ts";
import { type Executable, type HelperFunction, STRIDE } from "./executable.ts";
import { frameUse, isOwnFrame } from "./frame-use.ts";
import type { LookupTable } from "./lookup-table.ts";
import { isOperation, operationOf, operations } from "./operation.ts";
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

/** Code, checked, by index of instruction. */
interface Linked {
  readonly slots: readonly number[];
  readonly instructions: readonly Instruction[];
  readonly forms: readonly InstructionForm[];
  /** Index of the instruction that a jump or a local call goes to; -1 for everything else. */
  readonly targets: Int32Array;
}

function refuse(slot: number, reason: string): EbpfError {
  return new EbpfError("EBPF_INVALID_INSTRUCTION", `instruction ${slot}: ${reason}`);
}

function refuseProblem({ slot, rule, text }: Problem): EbpfError {
  const code = rule === "packet-load" ? "EBPF_NOT_SUPPORTED" : "EBPF_INVALID_INSTRUCTION";
  return new EbpfError(code, `instruction ${slot}: ${text}`);
}

function readProgram(bytes: Uint8Array): Linked {
  const { problems, instructions: bySlot, forms: formBySlot } = readCode(bytes, vmRules);
  if (problems.length > 0) throw refuseProblem(problems[0]);
  const indexes = new Int32Array(bySlot.length);
  const slots: number[] = [];
  const instructions: Instruction[] = [];
  const forms: InstructionForm[] = [];
  for (let slot = 0; slot < bySlot.length; slot++) {
    const instruction = bySlot[slot];
    if (instruction === undefined) continue;
    const form = formBySlot[slot];
    if (form === undefined) throw refuse(slot, "no such instruction");
    indexes[slot] = slots.length;
    slots.push(slot);
    instructions.push(instruction);
    forms.push(form);
  }
  const targets = new Int32Array(slots.length);
  for (let index = 0; index < slots.length; index++) {
    const target = targetOf(forms[index], instructions[index], slots[index]);
    targets[index] = target === undefined ? -1 : indexes[target];
  }
  return { slots, instructions, forms, targets };
}

/**
 * Bytes of frame to clear on entry, by index of each function's first instruction. Functions lie one after another; in
 * code where one jumps into the next, each is given what all need.
 */
function frameSizes({ instructions, forms, targets }: Linked): Map<number, number> {
  const count = forms.length;
  const isEntry = new Uint8Array(count);
  isEntry[0] = 1;
  for (let index = 0; index < count; index++) if (forms[index].operation === "local") isEntry[targets[index]] = 1;
  const sizes = new Map<number, number>();
  /** Entry of the function that each instruction is in. */
  const entries = new Int32Array(count);
  let size = 0;
  for (let index = 0, entry = 0; index < count; index++) {
    if (isEntry[index] === 1) {
      entry = index;
      size = 0;
    }
    entries[index] = entry;
    size = Math.max(size, frameUse(forms[index], instructions[index]));
    if (index + 1 === count || isEntry[index + 1] === 1) sizes.set(entry, size);
  }
  const isMixed = (index: number) => {
    const { kind, operation } = forms[index];
    const target = targets[index];
    if (target !== -1 && operation !== "local" && entries[target] !== entries[index]) return true;
    return index + 1 < count && isEntry[index + 1] === 1 && kind !== "exit" && operation !== "ja";
  };
  for (let index = 0; index < count; index++) if (isMixed(index)) return withMost(sizes);
  return sizes;
}

function withMost(sizes: ReadonlyMap<number, number>): Map<number, number> {
  const most = Math.max(...sizes.values());
  return new Map([...sizes.keys()].map((entry) => [entry, most]));
}

/** A form's number, and its operations: any instance's, and where it touches the running function's own frame. */
interface Choice {
  readonly row: number;
  readonly plain: number;
  readonly own: number;
}

/** Chooses the operation of instructions: some have a cheaper one than their form's own. */
class Operations {
  readonly #choices = new Map<InstructionForm, Choice>();

  of(form: InstructionForm, slot: number): Choice {
    return this.#choices.get(form) ?? this.#choose(form, slot);
  }

  #choose(form: InstructionForm, slot: number): Choice {
    const operation = operationOf(form);
    if (operation === undefined) {
      throw new EbpfError("EBPF_NOT_SUPPORTED", `instruction ${slot}: ${form.name} is not supported`);
    }
    const frame = `${operation}.frame`;
    const isCheaper = form.kind !== "atomic" && isOperation(frame);
    const row = allForms.indexOf(form);
    const choice = { row, plain: operations[operation], own: operations[isCheaper ? frame : operation] };
    this.#choices.set(form, choice);
    return choice;
  }
}

/** Writes the three operand words of instructions; `execute` says what each operation reads. */
class Operands {
  readonly helpers: HelperFunction[] = [];
  readonly #options: LinkOptions;
  readonly #frames: ReadonlyMap<number, number>;

  constructor(options: LinkOptions, frames: ReadonlyMap<number, number>) {
    this.#options = options;
    this.#frames = frames;
  }

  write({ forms, instructions, slots, targets }: Linked, index: number, code: Int32Array, at: number): void {
    const form = forms[index];
    const instruction = instructions[index];
    const { offset, imm } = instruction;
    const target = targets[index];
    if (target !== -1) {
      code[at] = (target - index - 1) * STRIDE;
      code[at + 1] = form.operation === "local" ? (this.#frames.get(target) ?? 0) : imm;
    } else if (form.kind === "wide") {
      const isConstant = form.operation === "constant";
      code[at] = isConstant ? imm : this.#address(form, slots[index]);
      code[at + 1] = isConstant ? (instruction.high ?? 0) : 0;
    } else if (form.operation === "helper") {
      code[at] = this.#helper(imm, slots[index]);
    } else if (form.fields.offset === "memory") {
      code[at] = offset;
      code[at + 2] = imm;
    } else {
      code[at] = imm;
    }
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
function texts(bytes: Uint8Array, slots: readonly number[]): (index: number) => string {
  let bySlot: ReadonlyMap<number, string> | undefined;
  return (index) => {
    bySlot ??= new Map(disassemble(bytes).flatMap((line) => (line.kind === "source" ? [] : [[line.slot, line.text]])));
    const slot = slots[index] ?? 0;
    // The listing shows a pair of shifts as one: the second of them has the text of the first.
    return bySlot.get(slot) ?? bySlot.get(slot - 1) ?? "";
  };
}

/** Gives the index of the load, store or atomic operation in a slot. */
function accessIndexes({ slots, forms }: Linked): (slot: number) => number | undefined {
  const indexes = new Map<number, number>();
  for (const [index, slot] of slots.entries()) if (forms[index].fields.offset === "memory") indexes.set(slot, index);
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
  const linked = readProgram(bytes);
  const { slots, instructions, forms, targets } = linked;
  const frames = frameSizes(linked);
  const operands = new Operands(options, frames);
  const chosen = new Operations();
  // One more than there are: its zeros are operation 0, the end of the code.
  const code = new Int32Array((slots.length + 1) * STRIDE);
  const rows = new Uint8Array(slots.length);
  for (let index = 0, at = 0; index < slots.length; index++, at += STRIDE) {
    const form = forms[index];
    const instruction = instructions[index];
    const { row, plain, own } = chosen.of(form, slots[index]);
    const operation = plain !== own && isOwnFrame(form, instruction) ? own : plain;
    const source = form.fields.src === "selector" ? 0 : instruction.src;
    rows[index] = row;
    code[at] = operation | (instruction.dst << 10) | (source << 20);
    operands.write(linked, index, code, at + 1);
  }
  return {
    name: options.name ?? "program",
    code,
    frameBytes: frames.get(0) ?? 0,
    instructions,
    forms,
    rows,
    targets,
    text: texts(bytes.slice(), slots),
    slots,
    end: bytes.length / SLOT_BYTES,
    helpers: operands.helpers,
    helpersById: options.helpers,
    lines: options.lines ?? [],
    lookups: options.lookups ?? new Map(),
    words: options.words ?? new Map(),
    randoms: options.randoms ?? new Map(),
    proven: options.proof && provenAccesses(options.proof, accessIndexes(linked)),
  };
}
