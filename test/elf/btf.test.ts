import { describe, expect, test } from "vitest";
import { parseBtf } from "../../src/elf/index.ts";
import { BtfWriter } from "./btf-writer.ts";
import { refusal } from "./refusal.ts";

/** One type of every kind, in the order of the kinds' numbers (Linux' Documentation/bpf/btf.rst). */
function everyKind(): BtfWriter {
  const btf = new BtfWriter();
  const int = btf.int("int", 4, 1);
  const pointer = btf.pointer(int);
  btf.array(int, 5);
  btf.struct("point", 8, [
    ["x", int, 0],
    ["y", int, 32],
  ]);
  btf.struct(
    "either",
    4,
    [
      ["all", int, 0, 0],
      ["low", int, 0, 3],
    ],
    5,
  );
  btf.enumeration("sign", { MINUS: -1, PLUS: 1 });
  btf.add(7, "later", 0, [], 0, true);
  btf.add(8, "number", int);
  btf.add(9, "", int);
  btf.add(10, "", int);
  btf.add(11, "", pointer);
  btf.add(12, "main", 13, [], 1);
  btf.add(13, "", int, [btf.string("argument"), pointer], 1);
  btf.variable("counter", int);
  btf.section(".bss", [[14, 8, 4]]);
  btf.add(16, "double", 8);
  btf.add(17, "tag", 4, [0xffff_ffff]);
  btf.add(18, "user", int);
  btf.add(19, "wide", 8, [btf.string("BIG"), 5, 0x8000_0000], 1);
  return btf;
}

describe("BTF", () => {
  test("given a type of every kind, then each is decoded", () => {
    expect(parseBtf(everyKind().bytes).types).toEqual([
      { kind: "void" },
      { kind: "int", name: "int", size: 4, bits: 32, bitOffset: 0, encoding: "signed" },
      { kind: "ptr", type: 1 },
      { kind: "array", type: 1, indexType: 1, length: 5 },
      {
        kind: "struct",
        name: "point",
        size: 8,
        members: [
          { name: "x", type: 1, bitOffset: 0, bitSize: 0 },
          { name: "y", type: 1, bitOffset: 32, bitSize: 0 },
        ],
      },
      {
        kind: "union",
        name: "either",
        size: 4,
        members: [
          { name: "all", type: 1, bitOffset: 0, bitSize: 0 },
          { name: "low", type: 1, bitOffset: 0, bitSize: 3 },
        ],
      },
      {
        kind: "enum",
        name: "sign",
        size: 4,
        signed: true,
        values: [
          { name: "MINUS", value: -1n },
          { name: "PLUS", value: 1n },
        ],
      },
      { kind: "fwd", name: "later", union: true },
      { kind: "typedef", name: "number", type: 1 },
      { kind: "volatile", type: 1 },
      { kind: "const", type: 1 },
      { kind: "restrict", type: 2 },
      { kind: "func", name: "main", type: 13, linkage: 1 },
      { kind: "func_proto", returnType: 1, parameters: [{ name: "argument", type: 2 }] },
      { kind: "var", name: "counter", type: 1, linkage: 1 },
      { kind: "datasec", name: ".bss", size: 0, variables: [{ type: 14, offset: 8, size: 4 }] },
      { kind: "float", name: "double", size: 8 },
      { kind: "decl_tag", name: "tag", type: 4, component: -1 },
      { kind: "type_tag", name: "user", type: 1 },
      {
        kind: "enum64",
        name: "wide",
        size: 8,
        signed: false,
        values: [{ name: "BIG", value: 0x8000_0000_0000_0005n }],
      },
    ]);
  });

  test("given any prefix, then it is refused", () => {
    const { bytes } = everyKind();
    for (let length = 0; length < bytes.length; length++) {
      expect(refusal(() => parseBtf(bytes.subarray(0, length))).section).toBe(".BTF");
    }
  });

  test("given a kind that does not exist, then its record's place is named", () => {
    const btf = new BtfWriter();
    btf.int("int", 4);
    btf.add(20, "", 0);
    expect(refusal(() => parseBtf(btf.bytes))).toMatchObject({ offset: 24 + 16 });
  });

  test("given a reference to a type that is not there, then it is refused", () => {
    const btf = new BtfWriter();
    btf.pointer(7);
    expect(refusal(() => parseBtf(btf.bytes)).message).toContain("refers to type 7");
  });

  test("given the other byte order, then the refusal says so", () => {
    expect(refusal(() => parseBtf(Uint8Array.of(0xeb, 0x9f, 1, 0))).message).toContain("Big-endian");
  });
});
