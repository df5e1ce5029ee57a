import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assemble, decode, encode, formOf, rfcRules, validate, vmRules } from "../../src/isa/index.ts";
import type { Instruction } from "../../src/spec/index.ts";
import { conformanceCases } from "../conformance-data.ts";
import { shared } from "../shared.ts";
import { anyCode } from "./arbitrary.ts";

const EXIT: Instruction = { opcode: 0x95, dst: 0, src: 0, offset: 0, imm: 0 };
const slot = (fields: Partial<Instruction>) => encode([{ ...EXIT, ...fields }]);
const rulesOf = (code: Uint8Array, rules = rfcRules) =>
  validate(code, rules).map((problem) => `${problem.slot} ${problem.rule}`);

describe("validate", () => {
  test.each([
    ["a well-formed program", assemble("mov %r0, 0\nja +0\nlddw %r1, 5\nexit"), []],
    ["nothing", new Uint8Array(0), ["0 empty"]],
    ["half a slot", new Uint8Array([0x95, 0, 0, 0, 0, 0, 0, 0, 1, 2]), ["1 partial-slot"]],
    ["an opcode that does not exist", slot({ opcode: 0xff }), ["0 unknown-opcode"]],
    ["division with offset 2", assemble(".quad 0x500020137\nexit"), ["0 unknown-form"]],
    ["callx", assemble("call helper %r1\nexit"), ["0 not-standard"]],
    [
      "unused fields that are set",
      slot({ dst: 1, src: 2, offset: 3, imm: 4 }),
      ["0 unused-dst", "0 unused-src", "0 unused-offset", "0 unused-imm"],
    ],
    ["r11", assemble("mov %r11, 1\nmov %r1, %r15\nexit"), ["0 no-register", "1 no-register"]],
    [
      "writes of r10",
      assemble("mov %r10, 1\nlddw %r10, 1\nldxw %r10, [%r1]\nlock fetch add [%r1], %r10\nexit"),
      ["0 write-r10", "1 write-r10", "3 write-r10", "4 write-r10"],
    ],
    ["reads of r10", assemble("stxdw [%r10-8], %r10\njeq %r10, 1, +0\nlock cmpxchg [%r10-8], %r10\nexit"), []],
    ["half of lddw", slot({ opcode: 0x18 }), ["0 incomplete-wide", "0 fall-off-end"]],
    ["lddw with a second slot that is something else", assemble(".quad 0x18\nexit\nexit"), ["0 second-slot"]],
    ["a map handle with high bits", assemble(".quad 0x100001118\n.quad 0x100000000\nexit"), ["0 unused-high"]],
    [
      "jumps out of the program",
      assemble("ja -2\nja32 +5\ncall local +3\nexit"),
      ["0 jump-out", "1 jump-out", "2 jump-out"],
    ],
    ["jumps into lddw", assemble("ja +1\nlddw %r1, 1\ncall local -2\nexit"), ["0 jump-into-wide", "3 jump-into-wide"]],
    ["no exit at the end", assemble("exit\nmov %r0, 1"), ["1 fall-off-end"]],
    ["a conditional jump at the end", assemble("exit\njeq %r0, 1, -2"), ["1 fall-off-end"]],
    ["a jump at the end", assemble("exit\nja -2"), []],
  ] as const)("given %s, names what the standard forbids", (_, code, expected) => {
    expect(rulesOf(code)).toEqual(expected);
  });

  test("given what only the virtual machine forbids, names that", () => {
    const code = assemble("ldabsw 0\ncall helper -1\ncall helper %r1\nmovsx3232 %r1, %r2");
    expect(rulesOf(code, vmRules)).toEqual(["0 packet-load", "1 helper-number"]);
  });

  test("given 65,536 slots, the virtual machine refuses; given one fewer, it does not", () => {
    const code = new Uint8Array(65_536 * 8).map((_, index) => (index % 8 === 0 ? 0x95 : 0));
    expect(rulesOf(code, vmRules)).toEqual(["0 too-long"]);
    expect(rulesOf(code.subarray(8), vmRules)).toEqual([]);
    expect(rulesOf(code, rfcRules)).toEqual([]);
  });

  test("given any bytes, does not throw, and finds a problem wherever there is no form", () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        const bad = new Set(validate(code).map((problem) => problem.slot));
        for (const [at, instruction] of decode(code).entries()) {
          if (instruction !== undefined && formOf(instruction) === undefined) expect(bad).toContain(at);
        }
      }),
    );
  });

  test("given the conformance suite, the virtual machine takes all of it", () => {
    for (const { name, assembly } of conformanceCases()) expect(validate(assemble(assembly)), name).toEqual([]);
  });
});

const isa = shared("facts/isa.json");

/** What one check of facts/isa.json does to the example of its row, and whether it applies as it stands. */
const CHANGES: Readonly<Record<string, Partial<Instruction>>> = {
  unused_dst: { dst: 1 },
  unused_src: { src: 1 },
  unused_offset: { offset: 1 },
  unused_imm: { imm: 1 },
  unused_next_imm: { high: 1 },
  bad_selector_src: { src: 15 },
  bad_selector_offset: { offset: 3 },
  bad_selector_imm: { imm: 3 },
  dst_r10: { dst: 10 },
  dst_r11: { dst: 11 },
  src_r10: { src: 10 },
  src_r11: { src: 11 },
};

describe.skipIf(isa === undefined)("validation, beside facts/isa.json", () => {
  interface Fact {
    readonly name: string;
    readonly example_bytes: string;
    readonly prevail: { readonly checks: Readonly<Record<string, string>> };
    readonly ubpf: { readonly valid: boolean; readonly checks: Readonly<Record<string, boolean>> };
  }
  const facts: Fact[] = isa === undefined ? [] : JSON.parse(readFileSync(isa, "utf8")).instructions;
  /** Rules that look beyond the instruction at hand. */
  const elsewhere = ["jump-out", "jump-into-wide", "fall-off-end", "not-standard"];
  const accepts = (instruction: Instruction, rules: typeof rfcRules) =>
    validate(encode([instruction]), rules).every(({ rule }) => elsewhere.includes(rule));
  const rows = facts.flatMap((fact) =>
    Object.keys(fact.prevail.checks).flatMap((check) => {
      const [example] = decode(Buffer.from(fact.example_bytes, "hex"));
      const change = CHANGES[check];
      return example === undefined || change === undefined
        ? []
        : [{ label: `${fact.name} ${fact.example_bytes} ${check}`, fact, check, changed: { ...example, ...change } }];
    }),
  );

  /** RFC 9669 section 2.1 makes r10 read-only; PREVAIL and uBPF overlook some of the instructions that write it. */
  const writesR10 = (changed: Instruction) => validate(encode([changed])).some(({ rule }) => rule === "write-r10");

  test("the standard's rules refuse what PREVAIL refuses, and every write of r10", () => {
    const differing = rows.filter(
      ({ fact, check, changed }) =>
        accepts(changed, rfcRules) !== (fact.prevail.checks[check] === "accept") && !writesR10(changed),
    );
    expect(differing.map(({ label }) => label)).toEqual([]);
    expect(rows.length).toBeGreaterThan(400);
  });

  test("the virtual machine's rules refuse what uBPF refuses, and every write of r10", () => {
    // uBPF has no maps and so no rule for the high half of a map's handle; for selectors that are immediates the facts
    // say what its 32-bit checks let through, which no standard gives a meaning.
    const unknownToUbpf = ["unused_next_imm", "bad_selector_imm"];
    const differing = rows.filter(
      ({ fact, check, changed }) =>
        fact.ubpf.valid &&
        !unknownToUbpf.includes(check) &&
        accepts(changed, vmRules) !== fact.ubpf.checks[check] &&
        !writesR10(changed),
    );
    expect(differing.map(({ label }) => label)).toEqual([]);
    const lax = rows.filter(({ check }) => unknownToUbpf.includes(check));
    for (const { label, changed } of lax) expect(accepts(changed, vmRules), label).toBe(false);
  });
});
