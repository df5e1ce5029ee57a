import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assemble,
  type DisassembleOptions,
  decode,
  disassemble,
  formatInstruction,
  formatListing,
} from "../../src/isa/index.ts";
import { shared } from "../shared.ts";
import { anyCode } from "./arbitrary.ts";

const isa = shared("facts/isa.json");

describe.skipIf(isa === undefined)("listing text of each instruction, beside facts/isa.json", () => {
  const facts: { example_bytes: string; text: { prevail: string } }[] =
    isa === undefined ? [] : JSON.parse(readFileSync(isa, "utf8")).instructions;

  test.each(facts.map(({ example_bytes, text }) => [text.prevail, example_bytes] as const))(
    "%s (%s)",
    (text, bytes) => {
      expect(disassemble(Buffer.from(bytes, "hex"))).toEqual([{ kind: "instruction", slot: 0, number: 0, text }]);
    },
  );
});

const texts = (assembly: string, options?: DisassembleOptions) =>
  disassemble(assemble(assembly), options).map(({ text }) => text);

describe("disassemble", () => {
  // The facts: prevail_fusions of facts/isa.json, and the numbers of the recording disassemble_alu (programs/alu.o).
  test("given a pair of shifts by 32, shows one instruction and counts it once", () => {
    const code = assemble("ja +3\nlsh %r3, 32\nrsh %r3, 32\nlsh %r4, 32\narsh %r4, 32\nja -1\nja -6\nexit");
    expect(formatListing(disassemble(code)).split("\n")).toEqual([
      "       0:\tgoto +2 <4>",
      "       1:\tw3 = r3",
      "       2:\tr4 <<= 32",
      "       3:\tr4 >>>= 32",
      "       4:\tgoto -1 <5>",
      "       5:\tgoto -5 <1>",
      "       6:\texit",
      "",
    ]);
  });

  test.each([
    ["other distances", "lsh %r3, 31\nrsh %r3, 32"],
    ["other registers", "lsh %r3, 32\nrsh %r4, 32"],
    ["32-bit shifts", "lsh32 %r3, 32\nrsh32 %r3, 32"],
  ])("given shifts with %s, shows both", (_, assembly) => {
    expect(texts(assembly)).toHaveLength(2);
  });

  test("given a pair that sign-extends, shows the move", () => {
    expect(texts("lsh %r4, 32\narsh %r4, 32")).toEqual(["r4 s32= r4"]);
  });

  test("given prototypes, shows calls with names and arguments", () => {
    const helpers = new Map([
      [2, { name: "put", arguments: ["PTR_TO_MAP", "PTR_TO_MAP_KEY", "PTR_TO_MAP_VALUE", "ANYTHING"] }],
      [
        10,
        {
          name: "sum",
          arguments: [
            "PTR_TO_READABLE_MEM_OR_NULL",
            "CONST_SIZE_OR_ZERO",
            "PTR_TO_WRITABLE_MEM",
            "CONST_SIZE",
            "ANYTHING",
          ],
        },
      ],
      [3, { name: "drop", arguments: ["PTR_TO_MAP", "PTR_TO_MAP_KEY", "DONTCARE", "DONTCARE", "DONTCARE"] }],
      [11, { name: "odd", arguments: ["PTR_TO_CTX", "PTR_TO_READABLE_MEM"] }],
      [12, { name: "new", arguments: ["toString"] }],
    ]);
    expect(texts("call 2\ncall 3\ncall 10\ncall 11\ncall 12\ncall 99", { helpers })).toEqual([
      "r0 = put:2(map_fd r1, map_key r2, map_value r3, uint64_t r4)",
      "r0 = drop:3(map_fd r1, map_key r2)",
      "r0 = sum:10(mem? r1[r2?], uint64_t r2, out r3[r4], uint64_t r4, uint64_t r5)",
      "r0 = odd:11()",
      "r0 = new:12()",
      "r0 = 99:99()",
    ]);
  });

  test("given names of maps, shows them instead of the immediates", () => {
    const map = (slot: number) => (slot === 0 ? 7 : undefined);
    expect(texts("lddw.map %r1, 0\nlddw.map-value %r2, 3, -4", { map })).toEqual([
      "r1 = map_fd 7",
      "r2 = map_val(3) + -4",
    ]);
  });

  test("given names of callees, shows them instead of numbers", () => {
    const callee = (slot: number) => (slot === 1 ? "memset" : undefined);
    expect(texts("call 1\ncall -1\nexit", { callee })).toEqual(["r0 = call:1", "r0 = memset()", "exit"]);
  });

  test("given source lines, shows each before its first instruction and when it comes back", () => {
    const line = (slot: number, number: number, text: string) => ({ slot, file: "a.c", line: number, column: 1, text });
    const lines = [line(0, 1, "one"), line(2, 2, "two"), line(3, 3, "two"), line(4, 1, "one")];
    expect(formatListing(disassemble(assemble("exit\nexit\nexit\nexit\nexit"), { lines }))).toBe(
      [
        "; a.c:1",
        "; one",
        "       0:\texit",
        "       1:\texit",
        "; a.c:2",
        "; two",
        "       2:\texit",
        "       3:\texit",
        "; a.c:1",
        "; one",
        "       4:\texit",
        "",
      ].join("\n"),
    );
  });

  test("given control characters in source text, shows them escaped", () => {
    const lines = [{ slot: 0, file: "a\nb.c", line: 1, column: 1, text: "\tx\u001b[2J\u2028é" }];
    expect(formatListing(disassemble(assemble("exit"), { lines }))).toMatch("; a\\x0ab.c:1\n; \tx\\x1b[2J\\u2028é\n");
  });

  test("given slots that are no instruction, shows them as such and goes on", () => {
    const code = assemble(".quad 0xff\n.quad 0x500020137\nja +7\n.quad 0x0118");
    expect(formatListing(disassemble(Uint8Array.of(...code, 0x95, 0)))).toBe(
      [
        "       0:\tbad: ff 00 00 00 00 00 00 00 (no such instruction)",
        "       1:\tbad: 37 01 02 00 05 00 00 00 (no such instruction)",
        "       2:\tgoto +7 <10>",
        "       3:\tbad: 18 01 00 00 00 00 00 00 (the second slot of lddw is missing)",
        "       4:\tbad: 95 00 (less than a slot)",
        "",
      ].join("\n"),
    );
  });

  test("given any bytes, lists every slot once and never throws", () => {
    fc.assert(
      fc.property(anyCode, fc.uint8Array({ maxLength: 7 }), (code, rest) => {
        const bytes = Uint8Array.of(...code, ...rest);
        const slots = disassemble(bytes).flatMap((line) => (line.kind === "source" ? [] : [line.slot]));
        expect(slots).toEqual([...new Set(slots)].sort((a, b) => a - b));
        expect(slots.length).toBeLessThanOrEqual(Math.ceil(bytes.length / 8));
        expect(slots.length).toBeGreaterThanOrEqual(Math.ceil(bytes.length / 16));
      }),
    );
  });
});

describe("formatInstruction", () => {
  test("given any program without pairs of shifts, says what its listing says", () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        const listing = disassemble(code);
        // Beginnings are compared: reserved bytes of second slots are in the code, not in a decoded instruction.
        fc.pre(listing.every((line) => line.kind !== "source" && line.slot === line.number));
        const alone = decode(code).flatMap((instruction, slot) =>
          instruction === undefined ? [] : [formatInstruction(instruction, slot).slice(0, 20)],
        );
        expect(alone).toEqual(listing.map(({ text }) => text.slice(0, 20)));
      }),
    );
  });

  test("given a jump, shows where it goes from its slot", () => {
    expect(formatInstruction({ opcode: 0x15, dst: 1, src: 0, offset: -2, imm: 7 }, 9)).toBe("if r1 == 7 goto -2 <8>");
  });
});
