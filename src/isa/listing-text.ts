import type { Instruction } from "../spec/index.ts";
import type { InstructionForm, Kind, Operation } from "./form.ts";
import { type HelperPrototype, helperCall } from "./helper-call.ts";

/** What the text of one instruction depends on besides itself. */
export interface Surroundings {
  /** `undefined`: helpers are shown by number, without arguments. */
  readonly helpers: ReadonlyMap<number, HelperPrototype> | undefined;
  /** What stands for the map that a wide load names: PREVAIL's number of it. */
  readonly map: string | number;
  /** Name of what is called, where a reference gives one. */
  readonly callee: string | undefined;
  /** Slot that a jump or local call goes to. */
  readonly target: number;
  /** Instructions between a jump and its target, as the listing counts them. */
  readonly distance: number;
}

/** Operators of PREVAIL's listing. Shifts with sign are `>>>`; exchanges are assignments of their own kind. */
const OPERATORS: Readonly<Partial<Record<Operation, string>>> = {
  mov: "",
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  sdiv: "s/",
  mod: "%",
  smod: "s%",
  or: "|",
  and: "&",
  lsh: "<<",
  rsh: ">>",
  arsh: ">>>",
  xor: "^",
  xchg: "x",
  cmpxchg: "cx",
  jeq: "==",
  jne: "!=",
  jset: "&==",
  jlt: "<",
  jle: "<=",
  jgt: ">",
  jge: ">=",
  jslt: "s<",
  jsle: "s<=",
  jsgt: "s>",
  jsge: "s>=",
  bswap: "swap",
  le: "le",
  be: "be",
};

type Text = (form: InstructionForm, instruction: Instruction, surroundings: Surroundings) => string;

const operator = ({ operation }: InstructionForm) => OPERATORS[operation] ?? operation;

const operand = ({ fields }: InstructionForm, { src, imm }: Instruction) =>
  fields.src === "read" || fields.src === "read-write" ? `r${src}` : `${imm}`;

function memory({ width, operation }: InstructionForm, base: number, offset: number): string {
  const type = `${operation === "load-signed" ? "s" : "u"}${width}`;
  return `*(${type} *)(r${base} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)})`;
}

const alu: Text = (form, instruction) => {
  const { dst } = instruction;
  if (form.operation === "neg") return `r${dst} = -r${dst}`;
  const symbol = form.from === undefined ? operator(form) : `s${form.from}`;
  return `${form.width === 32 ? "w" : "r"}${dst} ${symbol}= ${operand(form, instruction)}`;
};

const jump: Text = (form, instruction, { target, distance }) => {
  const goto = `goto ${distance > 0 ? "+" : ""}${distance} <${target}>`;
  if (form.operation === "ja") return goto;
  const comparison = `${form.width === 32 ? "w" : ""}${operator(form)}`;
  return `if r${instruction.dst} ${comparison} ${operand(form, instruction)} ${goto}`;
};

const call: Text = ({ operation }, { dst, imm, offset }, { helpers, callee, target }) => {
  if (callee !== undefined) return `r0 = ${callee}()`;
  if (operation === "local") return `call <${target}>`;
  if (operation === "register") return `callx r${dst}`;
  if (operation === "runtime") return `call_btf ${imm}${offset === 0 ? "" : ` module ${offset}`}`;
  return helpers === undefined ? `r0 = call:${imm}` : helperCall(imm, helpers.get(imm));
};

const store: Text = (form, { dst, src, offset, imm }) =>
  // The immediate is shown zero-extended, as the PREVAIL that Windows ships does.
  `${memory(form, dst, offset)} = ${form.source === "x" ? `r${src}` : imm >>> 0}`;

const atomic: Text = (form, { dst, src, offset }) => {
  const exchanges = form.operation === "xchg" || form.operation === "cmpxchg";
  return `lock ${memory(form, dst, offset)} ${operator(form)}= r${src}${form.fetch && !exchanges ? " fetch" : ""}`;
};

const wide: Text = ({ operation }, { dst, imm, high = 0 }, { map }) => {
  const loaded: Readonly<Partial<Record<Operation, string>>> = {
    constant: `${BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(imm >>> 0))} ll`,
    map: `map_fd ${map}`,
    "map-value": `map_val(${map}) + ${high}`,
    variable: `variable_addr(${imm})`,
    function: `code_addr(${imm})`,
    "map-index": `map_by_idx(${imm})`,
    "map-index-value": `mva(map_by_idx(${imm})) + ${high}`,
  };
  return `r${dst} = ${loaded[operation]}`;
};

const packet: Text = (form, { src, imm }) => {
  const place = [...(form.operation === "indirect" ? [`r${src}`] : []), ...(imm === 0 ? [] : [`${imm}`])];
  return `r0 = *(u${form.width} *)skb[${place.join(" + ")}]`;
};

const TEXTS: Readonly<Record<Kind, Text>> = {
  alu,
  swap: (form, { dst }) => `r${dst} = ${operator(form)}${form.width} r${dst}`,
  jump,
  call,
  exit: () => "exit",
  load: (form, { dst, src, offset }) => `r${dst} = ${memory(form, src, offset)}`,
  store,
  atomic,
  wide,
  packet,
};

/** One instruction in the form of PREVAIL's listing, which is also that of `netsh ebpf show disassembly`. */
export function listingText(form: InstructionForm, instruction: Instruction, surroundings: Surroundings): string {
  return TEXTS[form.kind](form, instruction, surroundings);
}
