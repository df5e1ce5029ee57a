import {
  type AddressForm,
  type AtomicOperation,
  type BinaryOperation,
  type ComparisonOperation,
  type Condition,
  type Integer,
  type IrInstruction,
  immediateOperand,
  type Operand,
  registerOperand,
  type UnaryOperation,
} from "../../../src/verifier/ir/index.ts";

/** The assembly notation of the conformance cases: one instruction a line, `;` begins a comment. */

const BINARY: Readonly<Record<string, BinaryOperation>> = {
  "": "mov",
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "udiv",
  "%": "umod",
  "|": "or",
  "&": "and",
  "<<": "lsh",
  ">>": "rsh",
  "s>>": "arsh",
  "^": "xor",
  "s/": "sdiv",
  "s%": "smod",
  s8: "movsx8",
  s16: "movsx16",
  s32: "movsx32",
};

const COMPARISONS: Readonly<Record<string, ComparisonOperation>> = {
  "==": "eq",
  "!=": "ne",
  "&==": "set",
  "&!=": "nset",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
  "s<": "slt",
  "s<=": "sle",
  "s>": "sgt",
  "s>=": "sge",
};

const ATOMICS: Readonly<Record<string, AtomicOperation>> = {
  "+": "add",
  "|": "or",
  "&": "and",
  "^": "xor",
  x: "xchg",
  cx: "cmpxchg",
};

const ADDRESS_FORMS: Readonly<Record<string, AddressForm>> = {
  variable_addr: "variable",
  code_addr: "code",
  map_by_idx: "map-by-index",
};

const UNARY = "-|be16|be32|be64|le16|le32|le64|swap16|swap32|swap64";
const REG = "\\s*(r\\d\\d?)\\s*";
const WREG = "\\s*([wr]\\d\\d?)\\s*";
const IMM = "\\s*\\[?([-+]?(?:0x)?[0-9a-f]+)\\]?\\s*";
const REG_OR_IMM = "\\s*([+-]?(?:0x)?[0-9a-f]+|r\\d\\d?)\\s*";
const COMPARE = "\\s*(&?[=!]=|s?[<>]=?)\\s*";
const LABEL = "\\s*(<\\w[a-zA-Z_0-9]*>)\\s*";
const DEREF = "\\s*\\*\\s*\\(([us])(\\d+)\\s*\\*\\s*\\)";
const ADDRESS = `\\s*\\(\\s*${REG}\\s*([+-])\\s*${IMM}\\s*\\)\\s*`;

type Parser = (groups: readonly string[], labels: ReadonlyMap<string, number>) => IrInstruction;

function integer(text: string): bigint {
  const negative = text.startsWith("-");
  const magnitude = BigInt(text.replace(/^[+-]/, ""));
  return negative ? -magnitude : magnitude;
}

function small(text: string): number {
  return Number(integer(text));
}

function exact(value: bigint): Integer {
  const signed = BigInt.asIntN(64, value);
  const asNumber = Number(signed);
  return Number.isSafeInteger(asNumber) ? asNumber : signed;
}

function immediate(text: string, isWide: boolean): Operand {
  const value = integer(text);
  return immediateOperand(exact(isWide || value < 0n ? value : BigInt.asIntN(32, value)));
}

function register(text: string): number {
  return Number(text.slice(1));
}

function operand(text: string): Operand {
  return /^[rw]/.test(text) ? registerOperand(register(text)) : immediate(text, false);
}

function is64(text: string): boolean {
  return text.startsWith("r");
}

function slot(labels: ReadonlyMap<string, number>, name: string): number {
  const found = labels.get(name);
  if (found === undefined) throw new Error(`undefined label: '${name}'`);
  return found;
}

function known<T>(table: Readonly<Record<string, T>>, key: string): T {
  const found = table[key];
  if (found === undefined) throw new Error(`unknown operator '${key}'`);
  return found;
}

function access(width: string, base: string, sign: string, offset: string) {
  const bytes = small(width) / 8;
  return { width: bytes, base: register(base), offset: sign === "-" ? -small(offset) : small(offset) };
}

function condition(left: string, operation: string, right: string): Condition {
  return { operation: known(COMPARISONS, operation), left: register(left), right: operand(right), is64: is64(left) };
}

function packetAt(width: string, where: string): IrInstruction {
  const bytes = small(width) / 8;
  const both = new RegExp(`^${REG}\\s*[+-]\\s*${IMM}$`).exec(where);
  if (both) {
    return { kind: "packet", width: bytes, offset: small(both[2] ?? "0"), index: register(both[1] ?? "") };
  }
  const one = new RegExp(`^${REG}$`).exec(where);
  if (one) return { kind: "packet", width: bytes, offset: 0, index: register(one[1] ?? "") };
  return { kind: "packet", width: bytes, offset: small(where.trim()), index: undefined };
}

const row = (pattern: string, parser: Parser): readonly [RegExp, Parser] => [new RegExp(`^${pattern}$`), parser];

const ROWS: readonly (readonly [RegExp, Parser])[] = [
  row("exit", () => ({ kind: "exit", frame: "" })),
  row(`call ${IMM}`, ([id = ""]) => ({ kind: "call", callee: "helper", id: small(id), module: 0 })),
  row(`call ${LABEL}`, ([label = ""], labels) => ({ kind: "call-local", target: slot(labels, label), frame: "" })),
  row(`callx ${REG}`, ([text = ""]) => ({ kind: "call-register", register: register(text) })),
  row(`call_btf ${IMM}(?:\\s+module\\s+${IMM})?`, ([id = "", module = "0"]) => ({
    kind: "call",
    callee: "kernel-function",
    id: small(id),
    module: small(module),
  })),
  row(`${WREG}\\s*(\\S*)=\\s*${WREG}`, ([dst = "", sign = "", source = ""]) => ({
    kind: "binary",
    operation: known(BINARY, sign),
    dst: register(dst),
    operand: registerOperand(register(source)),
    is64: is64(dst),
    wide: false,
  })),
  row(`${WREG}\\s*=\\s*(${UNARY})${WREG}`, ([dst = "", operation = ""]) => ({
    kind: "unary",
    operation: operation === "-" ? "neg" : (operation as UnaryOperation),
    dst: register(dst),
    is64: is64(dst),
  })),
  row(`${WREG}\\s*=\\s*map_val\\((\\d+)\\)\\s*\\+\\s*(\\d+)\\s*`, ([dst = "", fd = "", offset = ""]) => ({
    kind: "load-map-address",
    dst: register(dst),
    fd: small(fd),
    offset: small(offset),
  })),
  row(`${WREG}\\s*=\\s*map_fd(?:_programs)?\\s+(\\d+)\\s*`, ([dst = "", fd = ""]) => ({
    kind: "load-map",
    dst: register(dst),
    fd: small(fd),
  })),
  row(`${WREG}\\s*=\\s*(variable_addr|code_addr|map_by_idx)\\(([^)]+)\\)\\s*`, ([dst = "", form = "", imm = ""]) => ({
    kind: "load-address",
    dst: register(dst),
    form: known(ADDRESS_FORMS, form),
    imm: small(imm),
    high: 0,
  })),
  row(`${WREG}\\s*=\\s*mva\\(map_by_idx\\(([^)]+)\\)\\)\\s*\\+\\s*(\\S+)\\s*`, ([dst = "", imm = "", high = ""]) => ({
    kind: "load-address",
    dst: register(dst),
    form: "map-value-by-index",
    imm: small(imm),
    high: small(high),
  })),
  row(`${WREG}\\s*(\\S*)=\\s*${IMM}\\s*(ll|)\\s*`, ([dst = "", sign = "", imm = "", wide = ""]) => ({
    kind: "binary",
    operation: known(BINARY, sign),
    dst: register(dst),
    operand: immediate(imm, wide !== ""),
    is64: is64(dst),
    wide: wide !== "",
  })),
  row(`${REG}\\s*=\\s*${DEREF}${ADDRESS}`, ([dst = "", sign = "", width = "", base = "", plus = "", offset = ""]) => ({
    kind: "memory",
    access: access(width, base, plus, offset),
    operand: registerOperand(register(dst)),
    isLoad: true,
    isSigned: sign === "s",
  })),
  row(`${DEREF}${ADDRESS}\\s*=\\s*${REG_OR_IMM}`, ([, width = "", base = "", plus = "", offset = "", value = ""]) => ({
    kind: "memory",
    access: access(width, base, plus, offset),
    operand: operand(value),
    isLoad: false,
    isSigned: false,
  })),
  row(
    `lock ${DEREF}${ADDRESS} (\\+|\\||&|\\^|x|cx)= ${REG}( fetch)?`,
    ([, width = "", base = "", plus = "", offset = "", sign = "", value = "", fetch = ""]) => {
      const operation = known(ATOMICS, sign);
      const always = operation === "xchg" || operation === "cmpxchg";
      return {
        kind: "atomic",
        operation,
        fetch: always || fetch !== "",
        access: access(width, base, plus, offset),
        value: register(value),
      };
    },
  ),
  row(`r0 = ${DEREF}skb\\[(.*)\\]`, ([, width = "", where = ""]) => packetAt(width, where)),
  row(`assume ${WREG}${COMPARE}${REG_OR_IMM}`, ([left = "", operation = "", right = ""]) => ({
    kind: "assume",
    condition: condition(left, operation, right),
    implicit: false,
  })),
  row(
    `(?:if ${WREG}${COMPARE}${REG_OR_IMM} )?goto\\s+(?:${IMM})?${LABEL}`,
    ([left = "", operation = "", right = "", , label = ""], labels) => ({
      kind: "jump",
      condition: left === "" ? undefined : condition(left, operation, right),
      target: slot(labels, label),
    }),
  ),
];

/** Reads one line. */
export function parseInstruction(line: string, labels: ReadonlyMap<string, number>): IrInstruction {
  const text = (line.split(";")[0] ?? "").replace(/ +$/, "");
  for (const [pattern, parser] of ROWS) {
    const match = pattern.exec(text);
    if (match !== null)
      return parser(
        match.slice(1).map((group) => group ?? ""),
        labels,
      );
  }
  throw new Error(`not an instruction: ${line}`);
}

/** Reads blocks of lines; each line is one slot, whatever its encoding would fill. */
export function parseCode(blocks: readonly (readonly [label: string, text: string])[]): IrInstruction[] {
  const lines = blocks.map(([, text]) =>
    text.split("\n").filter((line, at, all) => line !== "" || at < all.length - 1),
  );
  const labels = new Map<string, number>();
  let next = 0;
  for (const [at, [label]] of blocks.entries()) {
    if (!labels.has(label)) labels.set(label, next);
    next += lines[at]?.length ?? 0;
  }
  return lines.flat().map((line) => parseInstruction(line, labels));
}
