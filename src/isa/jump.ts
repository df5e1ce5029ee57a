import type { InstructionForm } from "./form.ts";
import { form } from "./row.ts";

/** RFC 9669 section 4.3: code (high four bits) of the conditional jumps. */
const conditions = [
  ["jeq", 0x10],
  ["jgt", 0x20],
  ["jge", 0x30],
  ["jset", 0x40],
  ["jne", 0x50],
  ["jsgt", 0x60],
  ["jsge", 0x70],
  ["jlt", 0xa0],
  ["jle", 0xb0],
  ["jslt", 0xc0],
  ["jsle", 0xd0],
] as const;

const widths = [
  { width: 64, class: "JMP", code: 0x05, suffix: "", group: "base64" },
  { width: 32, class: "JMP32", code: 0x06, suffix: "32", group: "base32" },
] as const;

const sources = [
  { source: "k", code: 0x00, fields: { imm: "operand" } },
  { source: "x", code: 0x08, fields: { src: "read" } },
] as const;

const conditional = conditions.flatMap(([operation, code]) =>
  widths.flatMap((width) =>
    sources.map((source) =>
      form({
        name: operation + width.suffix,
        opcode: width.code | code | source.code,
        class: width.class,
        kind: "jump",
        operation,
        source: source.source,
        width: width.width,
        fields: { dst: "read", offset: "jump", ...source.fields },
        group: width.group,
      }),
    ),
  ),
);

const always = [
  form({
    name: "ja",
    opcode: 0x05,
    class: "JMP",
    kind: "jump",
    operation: "ja",
    width: 64,
    fields: { offset: "jump" },
    group: "base32",
  }),
  // The long jump: its distance is the 32-bit immediate.
  form({
    name: "ja32",
    opcode: 0x06,
    class: "JMP32",
    kind: "jump",
    operation: "ja",
    width: 32,
    fields: { imm: "jump" },
    group: "base32",
  }),
];

/** RFC 9669 section 4.3.1: the source field says what kind of thing the immediate calls. */
const calls = (
  [
    ["helper", 0, "helper", "unused"],
    ["local", 1, "jump", "unused"],
    // The kernel takes a module index from the offset; the standard leaves it unused.
    ["runtime", 2, "btf-id", "module"],
  ] as const
).map(([operation, src, imm, offset]) =>
  form({
    name: `call ${operation}`,
    opcode: 0x85,
    selector: { field: "src", value: src },
    class: "JMP",
    kind: "call",
    operation,
    width: 64,
    fields: { imm, offset },
    group: "base32",
  }),
);

/** Call of the helper whose number is in a register: from LLVM, not standardised (opcode of a `call` with source X). */
const callRegister = form({
  name: "callx",
  opcode: 0x8d,
  selector: { field: "src", value: 0 },
  class: "JMP",
  kind: "call",
  operation: "register",
  source: undefined,
  width: 64,
  fields: { dst: "read" },
  group: "callx",
  standard: false,
});

const exit = form({
  name: "exit",
  opcode: 0x95,
  class: "JMP",
  kind: "exit",
  operation: "exit",
  width: 64,
  fields: {},
  group: "base32",
});

export const jumpForms: readonly InstructionForm[] = [...always, ...conditional, ...calls, callRegister, exit];
