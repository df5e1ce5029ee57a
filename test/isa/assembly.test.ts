import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AssemblyError, assemble, decode, formatAssembly, formById } from "../../src/isa/index.ts";
import { conformanceCases } from "../conformance-data.ts";
import { shared } from "../shared.ts";
import { anyCode, hex, validCode } from "./arbitrary.ts";

const cases = conformanceCases();

describe.skipIf(cases.length === 0)("assemble, on the conformance suite", () => {
  test("reads all 313 programs", () => {
    expect(cases.length).toBe(313);
    for (const { name, assembly } of cases) expect(() => assemble(assembly), name).not.toThrow();
  });

  test("gives the machine code of the cases that carry it", () => {
    const carrying = cases.filter(({ raw }) => raw !== undefined);
    expect(carrying.length).toBeGreaterThan(0);
    for (const { name, assembly, raw } of carrying) expect(hex(assemble(assembly)), name).toBe(hex(raw));
  });

  test("reads back what formatAssembly writes of them", () => {
    for (const { name, assembly } of cases) {
      const code = assemble(assembly);
      expect(hex(assemble(formatAssembly(code))), name).toBe(hex(code));
    }
  });
});

const isa = shared("facts/isa.json");

describe.skipIf(isa === undefined)("assembly text of each instruction, beside facts/isa.json", () => {
  const facts: { example_bytes: string; text: { bpf_conformance: string | null } }[] =
    isa === undefined ? [] : JSON.parse(readFileSync(isa, "utf8")).instructions;
  const written = facts.flatMap(({ example_bytes, text }) =>
    text.bpf_conformance === null ? [] : [[text.bpf_conformance, example_bytes] as const],
  );

  test.each(written)("%s", (text, bytes) => {
    expect(hex(assemble(text))).toBe(bytes);
    // `call runtime` is written there in hexadecimal; both are read.
    expect(formatAssembly(Buffer.from(bytes, "hex")).trim()).toBe(text.replace("0x3e8", "1000"));
  });
});

describe("assemble", () => {
  test("resolves labels forwards and backwards, over wide instructions", () => {
    const code = assemble("start:\nja over\nlddw %r1, 0x100000002\nover: ja start\ncall local start\nja32 over");
    expect(decode(code)).toMatchObject([
      { offset: 2 },
      { imm: 2, high: 1 },
      undefined,
      { offset: -4 },
      { imm: -5, src: 1 },
      { imm: -3, offset: 0 },
    ]);
  });

  test("takes `exit` without a label for the first exit, unless there is such a label", () => {
    expect(decode(assemble("ja exit\nexit\nexit"))[0]).toMatchObject({ offset: 0 });
    expect(decode(assemble("ja exit\nexit\nexit: exit"))[0]).toMatchObject({ offset: 1 });
  });

  test("reads hexadecimal numbers as bits and decimal ones as values", () => {
    expect(decode(assemble("mov %r1, 0xffffffff"))[0]?.imm).toBe(-1);
    expect(decode(assemble("mov %r1, -1"))[0]?.imm).toBe(-1);
    expect(decode(assemble("ldxw %r1, [%r2+0xffff]"))[0]?.offset).toBe(-1);
    expect(() => assemble("mov %r1, 4294967295")).toThrow("does not fit 32 bits");
  });

  test.each([
    ["mov %r1, 1\n  bogus %r1, 2", 2, 3, "no instruction"],
    ["mov %r1, 0x100000000", 1, 10, "does not fit 32 bits"],
    ["ldxw %r1, [%r2+40000]", 1, 11, "does not fit 16 bits"],
    ["mov %r16, 1", 1, 5, "no register"],
    ["mov %r1", 1, 1, "takes 2 operands, not 1"],
    ["add %r1, [%r2]", 1, 10, "expected"],
    ["ldxw %r1, %r2", 1, 11, "expected memory"],
    ["ldxw %r1, [r2]", 1, 11, "expected memory"],
    ["mov %r1, , 2", 1, 10, "expected an operand"],
    ["ja nowhere", 1, 4, "no label nowhere"],
    ["a:\na: exit", 2, 1, "already there"],
    ["%r1", 1, 1, "expected an instruction"],
    [".quad 1, 2", 1, 1, "takes one number"],
    [`mov %r1, ${"9".repeat(1_000_000)}`, 1, 10, "digits"],
    ["lddw %r1, 0x10000000000000000", 1, 11, "does not fit 64 bits"],
    [`ja far\n${"exit\n".repeat(32768)}far: exit`, 1, 4, "too far"],
  ])("names the place of mistake %#", (text, line, column, message) => {
    let error: unknown;
    try {
      assemble(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AssemblyError);
    expect(error).toMatchObject({
      code: "EBPF_INVALID_SYNTAX",
      line,
      column,
      message: expect.stringContaining(message),
    });
  });

  test("never fails with anything but an AssemblyError", () => {
    const word = fc.constantFrom(
      "mov",
      "%r1",
      "[%r1+4]",
      ",",
      "lock",
      "fetch",
      "add",
      "5",
      "-0x1",
      ":",
      "a",
      "+1",
      "\n",
      "call",
      "[",
      "%",
      ".quad",
      " ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word).map((words) => words.join(" ")),
          fc.string(),
        ),
        (text) => {
          try {
            assemble(text);
          } catch (error) {
            expect(error).toBeInstanceOf(AssemblyError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("formatAssembly", () => {
  test("is undone by assemble, for programs of the table", () => {
    fc.assert(
      fc.property(validCode, (code) => {
        const text = formatAssembly(code);
        expect(text).not.toContain(".quad");
        expect(hex(assemble(text))).toBe(hex(code));
      }),
    );
  });

  test("is undone by assemble, for any bytes", () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        expect(hex(assemble(formatAssembly(code)))).toBe(hex(code));
      }),
    );
  });

  test("writes the kinds of wide loads by the names of their rows", () => {
    expect(formById("lddw.map-value")).toBeDefined();
    const text = "lddw.map %r1, 5\nlddw.map-value %r2, 5, 4\nlddw.function %r3, -2\n";
    expect(formatAssembly(assemble(text))).toBe(text);
  });
});
