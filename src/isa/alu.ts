import type { InstructionForm, Operation } from "./form.ts";
import { form } from "./row.ts";

/** RFC 9669 section 4.1: code (high four bits), and the offset that tells signed from unsigned division. */
const operations: readonly (readonly [operation: Operation, code: number, offset?: number])[] = [
  ["add", 0x00],
  ["sub", 0x10],
  ["mul", 0x20],
  ["div", 0x30, 0],
  ["sdiv", 0x30, 1],
  ["or", 0x40],
  ["and", 0x50],
  ["lsh", 0x60],
  ["rsh", 0x70],
  ["mod", 0x90, 0],
  ["smod", 0x90, 1],
  ["xor", 0xa0],
  ["mov", 0xb0, 0],
  ["arsh", 0xc0],
];

const DIVISION_OR_MULTIPLICATION: ReadonlySet<Operation> = new Set(["mul", "div", "sdiv", "mod", "smod"]);

/** The two arithmetic classes; the 32-bit one names its instructions with a suffix. */
const widths = [
  { width: 32, class: "ALU", code: 0x04, suffix: "32", base: "base32", divmul: "divmul32" },
  { width: 64, class: "ALU64", code: 0x07, suffix: "", base: "base64", divmul: "divmul64" },
] as const;

const sources = [
  { source: "k", code: 0x00, fields: { imm: "operand" } },
  { source: "x", code: 0x08, fields: { src: "read" } },
] as const;

const arithmetic = widths.flatMap((width) =>
  operations.flatMap(([operation, code, offset]) =>
    sources.map((source) =>
      form({
        name: operation + width.suffix,
        opcode: width.code | code | source.code,
        selector: offset === undefined ? undefined : { field: "offset", value: offset },
        class: width.class,
        kind: "alu",
        operation,
        source: source.source,
        width: width.width,
        fields: { dst: operation === "mov" ? "write" : "read-write", ...source.fields },
        group: DIVISION_OR_MULTIPLICATION.has(operation) ? width.divmul : width.base,
      }),
    ),
  ),
);

const negations = widths.map((width) =>
  form({
    name: `neg${width.suffix}`,
    opcode: width.code | 0x80,
    class: width.class,
    kind: "alu",
    operation: "neg",
    width: width.width,
    fields: { dst: "read-write" },
    group: width.base,
  }),
);

/** Sign-extending moves: the offset is the number of bits kept. 32 to 32 is decoded by PREVAIL, not standardised. */
const signExtensions = widths.flatMap((width) =>
  ([8, 16, 32] as const).map((from) =>
    form({
      name: `movsx${from}${width.width}`,
      opcode: width.code | 0xb8,
      selector: { field: "offset", value: from },
      class: width.class,
      kind: "alu",
      operation: "movsx",
      width: width.width,
      from,
      fields: { dst: "write", src: "read" },
      group: width.base,
      standard: from < width.width,
    }),
  ),
);

/** RFC 9669 section 4.2: the immediate is the number of bits. */
const swaps = (
  [
    ["le", 0xd4, "ALU"],
    ["be", 0xdc, "ALU"],
    ["bswap", 0xd7, "ALU64"],
  ] as const
).flatMap(([operation, opcode, instructionClass]) =>
  ([16, 32, 64] as const).map((width) =>
    form({
      name: `${operation}${width}`,
      opcode,
      selector: { field: "imm", value: width },
      class: instructionClass,
      kind: "swap",
      operation,
      width,
      fields: { dst: "read-write" },
      group: width === 64 ? "base64" : "base32",
    }),
  ),
);

export const aluForms: readonly InstructionForm[] = [...arithmetic, ...negations, ...signExtensions, ...swaps];
