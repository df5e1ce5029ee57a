import type { InstructionForm } from "./form.ts";
import { form } from "./row.ts";

/** RFC 9669 section 5: size modifiers. */
const sizes = [
  { width: 8, code: 0x10, suffix: "b", group: "base32" },
  { width: 16, code: 0x08, suffix: "h", group: "base32" },
  { width: 32, code: 0x00, suffix: "w", group: "base32" },
  { width: 64, code: 0x18, suffix: "dw", group: "base64" },
] as const;

const MODE_MEM = 0x60;

/** The three plain accesses: where the address is and where the value comes from or goes. */
const accesses = [
  { name: "ldx", class: "LDX", code: 0x01, operation: "load", kind: "load", fields: { dst: "write", src: "base" } },
  { name: "st", class: "ST", code: 0x02, operation: "store", kind: "store", fields: { dst: "base", imm: "operand" } },
  { name: "stx", class: "STX", code: 0x03, operation: "store", kind: "store", fields: { dst: "base", src: "read" } },
] as const;

const plain = accesses.flatMap((access) =>
  sizes.map((size) =>
    form({
      name: access.name + size.suffix,
      id: access.name + size.suffix,
      opcode: MODE_MEM | size.code | access.code,
      class: access.class,
      kind: access.kind,
      operation: access.operation,
      source: access.name === "st" ? "k" : access.name === "stx" ? "x" : undefined,
      width: size.width,
      fields: { offset: "memory", ...access.fields },
      group: size.group,
    }),
  ),
);

const signed = sizes
  .filter((size) => size.width < 64)
  .map((size) =>
    form({
      name: `ldxs${size.suffix}`,
      opcode: 0x80 | size.code | 0x01,
      class: "LDX",
      kind: "load",
      operation: "load-signed",
      width: size.width,
      fields: { dst: "write", src: "base", offset: "memory" },
      group: "base32",
    }),
  );

/** RFC 9669 section 5.3: the immediate is the operation; bit 0 asks for the old value, in the source register. */
const atomicOperations = [
  ["add", 0x00, false],
  ["add", 0x01, true],
  ["or", 0x40, false],
  ["or", 0x41, true],
  ["and", 0x50, false],
  ["and", 0x51, true],
  ["xor", 0xa0, false],
  ["xor", 0xa1, true],
  ["xchg", 0xe1, true],
  ["cmpxchg", 0xf1, true],
] as const;

const atomics = (
  [
    { width: 32, opcode: 0xc3, suffix: "32", group: "atomic32" },
    { width: 64, opcode: 0xdb, suffix: "", group: "atomic64" },
  ] as const
).flatMap((size) =>
  atomicOperations.map(([operation, imm, fetch]) => {
    const exchange = operation === "xchg" || operation === "cmpxchg";
    return form({
      name: `lock ${fetch && !exchange ? "fetch " : ""}${operation}${size.suffix}`,
      opcode: size.opcode,
      selector: { field: "imm", value: imm },
      class: "STX",
      kind: "atomic",
      operation,
      width: size.width,
      fetch,
      // cmpxchg compares with r0 and returns the old value there; its source register is only read.
      fields: { dst: "base", src: fetch && operation !== "cmpxchg" ? "read-write" : "read", offset: "memory" },
      group: size.group,
    });
  }),
);

/** RFC 9669 section 5.4: the source field says what the 64 bits stand for. */
const wide = (
  [
    ["constant", 0, "low-bits", "high-bits"],
    ["map", 1, "map-fd", "unused"],
    ["map-value", 2, "map-fd", "value-offset"],
    ["variable", 3, "variable", "unused"],
    ["function", 4, "function", "unused"],
    ["map-index", 5, "map-index", "unused"],
    ["map-index-value", 6, "map-index", "value-offset"],
  ] as const
).map(([operation, src, imm, high]) =>
  form({
    id: src === 0 ? "lddw" : `lddw.${operation}`,
    name: "lddw",
    opcode: 0x18,
    selector: { field: "src", value: src },
    class: "LD",
    kind: "wide",
    operation,
    width: 64,
    fields: { dst: "write", imm, high },
    group: "base64",
    slots: 2,
  }),
);

/** RFC 9669 section 5.5: deprecated; r6 holds the socket buffer, r0 gets the value in host byte order. */
const packet = sizes
  .filter((size) => size.width < 64)
  .flatMap((size) => [
    form({
      name: `ldabs${size.suffix}`,
      opcode: 0x20 | size.code,
      class: "LD",
      kind: "packet",
      operation: "absolute",
      width: size.width,
      fields: { imm: "packet-offset" },
      group: "packet",
    }),
    form({
      name: `ldind${size.suffix}`,
      opcode: 0x40 | size.code,
      class: "LD",
      kind: "packet",
      operation: "indirect",
      width: size.width,
      fields: { src: "read", imm: "packet-offset" },
      group: "packet",
    }),
  ]);

export const memoryForms: readonly InstructionForm[] = [...plain, ...signed, ...atomics, ...wide, ...packet];
