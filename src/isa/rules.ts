import { type Instruction, SLOT_BYTES } from "../spec/index.ts";
import type { FieldUses, InstructionForm } from "./form.ts";
import { formsOfOpcode } from "./forms.ts";

/** What a rule looks at. */
export interface Subject {
  readonly code: Uint8Array;
  /** One entry a slot, as `decode` gives them. */
  readonly instructions: readonly (Instruction | undefined)[];
  readonly slot: number;
  readonly instruction: Instruction;
  /** Undefined where no row of the table matches. */
  readonly form: InstructionForm | undefined;
}

interface RuleRow {
  readonly id: string;
  /** Whether instances of a form can break the rule at all; undefined: where no row of the table matches. */
  readonly applies: (form: InstructionForm | undefined) => boolean;
  /** Broken: says how, in words that follow "slot 5: ". Asked where the rule applies. */
  readonly check: (subject: Subject) => string | undefined;
}

const HIGHEST_REGISTER = 10;

/** A field that a form does not use has to be 0 (RFC 9669 section 3). */
function unused<Name extends string>(id: Name, field: keyof FieldUses) {
  return {
    id,
    applies: (form: InstructionForm | undefined) => form?.fields[field] === "unused",
    check: ({ form, instruction }: Subject) =>
      (instruction[field] ?? 0) === 0
        ? undefined
        : `${form?.name} does not use ${field}, which must be 0 and is ${instruction[field]}`,
  };
}

/** Where a jump or a local call goes, in slots from the start; undefined for everything else. */
export function targetOf(form: InstructionForm, instruction: Instruction, slot: number): number | undefined {
  if (form.fields.offset === "jump") return slot + 1 + instruction.offset;
  if (form.fields.imm === "jump") return slot + 1 + instruction.imm;
  return undefined;
}

const target = ({ form, instruction, slot }: Subject) => form && targetOf(form, instruction, slot);

const jumps = (form: InstructionForm | undefined) => form?.fields.offset === "jump" || form?.fields.imm === "jump";

const namesSource = ({ fields: { src } }: InstructionForm) => src !== "unused" && src !== "selector";

const writesDestination = ({ fields: { dst } }: InstructionForm) => dst === "write" || dst === "read-write";

/** Every rule that code can break, in the order in which they are reported. Each looks at one instruction. */
const table = [
  {
    id: "unknown-opcode",
    applies: (form) => form === undefined,
    check: ({ instruction: { opcode } }) =>
      formsOfOpcode(opcode).length === 0
        ? `no instruction has opcode 0x${opcode.toString(16).padStart(2, "0")}`
        : undefined,
  },
  {
    // RFC 9669 sections 4.1, 4.2, 4.3.1, 5.3 and 5.4: the field that picks the form has one of the values listed there.
    id: "unknown-form",
    applies: (form) => form === undefined,
    check: ({ instruction }) => {
      const [sibling] = formsOfOpcode(instruction.opcode);
      if (sibling?.selector === undefined) return undefined;
      const { field } = sibling.selector;
      return `${field} ${instruction[field]} picks no form of opcode 0x${instruction.opcode.toString(16).padStart(2, "0")}`;
    },
  },
  {
    // Not in RFC 9669: callx, and movsx from 32 to 32 bits.
    id: "not-standard",
    applies: (form) => form?.standard === false,
    check: ({ form }) => `${form?.name} is not in RFC 9669`,
  },
  {
    // RFC 9669 section 5.5 calls them deprecated; neither uBPF nor ebpf-for-windows executes them.
    id: "packet-load",
    applies: (form) => form?.kind === "packet",
    check: ({ form }) => `${form?.name} is a legacy packet load`,
  },
  unused("unused-dst", "dst"),
  unused("unused-src", "src"),
  unused("unused-offset", "offset"),
  unused("unused-imm", "imm"),
  unused("unused-high", "high"),
  {
    // RFC 9669 section 3.1: r0 to r10.
    id: "no-register",
    applies: (form) => form !== undefined && (form.fields.dst !== "unused" || namesSource(form)),
    check: ({ form, instruction: { dst, src } }) => {
      if (dst <= HIGHEST_REGISTER && src <= HIGHEST_REGISTER) return undefined;
      if (form?.fields.dst !== "unused" && dst > HIGHEST_REGISTER) return `there is no register r${dst}`;
      return form && namesSource(form) && src > HIGHEST_REGISTER ? `there is no register r${src}` : undefined;
    },
  },
  {
    // RFC 9669 section 2.1: r10 is read-only.
    id: "write-r10",
    applies: (form) => form !== undefined && (writesDestination(form) || form.fields.src === "read-write"),
    check: ({ form, instruction: { dst, src } }) => {
      if (dst !== HIGHEST_REGISTER && src !== HIGHEST_REGISTER) return undefined;
      const isWritten =
        (form && writesDestination(form) && dst === HIGHEST_REGISTER) ||
        (form?.fields.src === "read-write" && src === HIGHEST_REGISTER);
      return isWritten ? `${form?.name} writes r10, the frame pointer` : undefined;
    },
  },
  {
    id: "incomplete-wide",
    applies: (form) => form?.slots === 2,
    check: ({ form, instruction }) =>
      instruction.high === undefined ? `the second slot of ${form?.name} is missing` : undefined,
  },
  {
    // RFC 9669 section 3.2: everything but the second slot's immediate is reserved.
    id: "second-slot",
    applies: (form) => form?.slots === 2,
    check: ({ code, form, instruction, slot }) => {
      if (instruction.high === undefined) return undefined;
      const at = (slot + 1) * SLOT_BYTES;
      const reserved = code.subarray(at, at + 4);
      return reserved.some((byte) => byte !== 0)
        ? `the second slot of ${form?.name} has reserved fields set`
        : undefined;
    },
  },
  {
    id: "jump-out",
    applies: jumps,
    check: (subject) => {
      const to = target(subject);
      if (to === undefined || (to >= 0 && to < subject.instructions.length)) return undefined;
      return `${subject.form?.name} goes to slot ${to}, outside the program`;
    },
  },
  {
    id: "jump-into-wide",
    applies: jumps,
    check: (subject) => {
      const to = target(subject);
      if (to === undefined || to < 0 || to >= subject.instructions.length) return undefined;
      return subject.instructions[to] === undefined
        ? `${subject.form?.name} goes to slot ${to}, the middle of a wide instruction`
        : undefined;
    },
  },
  {
    // uBPF's loader; helper numbers of ebpf-for-windows are unsigned and small.
    id: "helper-number",
    applies: (form) => form?.fields.imm === "helper",
    check: ({ instruction: { imm } }) => (imm < 0 ? `helper number ${imm} is negative` : undefined),
  },
  {
    // The last instruction is an exit or a jump that is always taken.
    id: "fall-off-end",
    applies: (form) => form !== undefined && form.kind !== "exit" && form.operation !== "ja",
    check: ({ form, instructions, slot }) =>
      slot + (form?.slots ?? 1) >= instructions.length
        ? `control falls off the end of the program after ${form?.name}`
        : undefined,
  },
] as const satisfies readonly RuleRow[];

export type InstructionRule = (typeof table)[number]["id"];

/** Rules about a whole program rather than one of its instructions. */
export type ProgramRule = "partial-slot" | "empty" | "too-long";

export type Rule = InstructionRule | ProgramRule;

export interface InstructionRuleRow extends RuleRow {
  readonly id: InstructionRule;
}

export const instructionRules: readonly InstructionRuleRow[] = table;

const all: readonly Rule[] = ["partial-slot", "empty", "too-long", ...table.map(({ id }) => id)];

const allBut = (left: readonly Rule[]): ReadonlySet<Rule> => new Set(all.filter((rule) => !left.includes(rule)));

/** What RFC 9669 allows: every form in it, no field used otherwise. It knows no limit of length. */
export const rfcRules: ReadonlySet<Rule> = allBut(["too-long", "packet-load", "helper-number"]);

/**
 * What the virtual machine takes: also the forms outside the standard, and code that may fall off its end (a fault, if
 * it happens), as uBPF does; no packet loads and fewer than 65,536 slots, as uBPF. Unlike uBPF it refuses every write
 * of r10 (uBPF lets `lddw` and fetching atomics do it) and takes all kinds of wide load: whoever runs the code has
 * resolved them.
 */
export const vmRules: ReadonlySet<Rule> = allBut(["not-standard", "fall-off-end"]);
