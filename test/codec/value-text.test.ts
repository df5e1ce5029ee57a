import { describe, expect, test } from "vitest";
import { formatValue, jsonValue } from "../../src/codec/index.ts";
import { printable, quote } from "../../src/printable.ts";
import type { BtfSpec } from "../../src/spec/index.ts";

const record = (...entries: [string, unknown][]): object => {
  const value: Record<string, unknown> = Object.create(null);
  for (const [name, member] of entries) value[name] = member;
  return value;
};

describe("printable", () => {
  // Escapes that move a cursor, recolour, retitle; overrides that reorder what is read; what breaks a line or a table.
  test.each([
    ["\x1b[31mred", "\\x1b[31mred"],
    ["\x1b]0;title\x07", "\\x1b]0;title\\x07"],
    ["\x9b31m", "\\x9b31m"],
    ["a\u202egnp.exe", "a\\u202egnp.exe"],
    ["a\u2066b\u2069", "a\\u2066b\\u2069"],
    ["zero\u200bwidth", "zero\\u200bwidth"],
    ["line\u2028end", "line\\u2028end"],
    ["\r\n\t", "\\r\\n\\t"],
    ["\ud800", "\\ud800"],
    ["\u{e0041}", "\\u{e0041}"],
    ["C:\\prog.o", "C:\\prog.o"],
    ["grün \u{1f980} 日本", "grün \u{1f980} 日本"],
  ])("%j becomes %j", (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test("quotes inside quotes are escaped", () => {
    expect(quote('a"b')).toBe('"a\\"b"');
    expect(quote("a\\n\n")).toBe('"a\\\\n\\n"');
  });
});

describe("formatValue", () => {
  test.each<[unknown, string]>([
    [5, "5"],
    [5n, "5"],
    [true, "true"],
    ["eth0\x1b", '"eth0\\x1b"'],
    [new Uint8Array([10, 255]), "0a ff"],
    [new Uint8Array(), "(no bytes)"],
    [[1, [2n]], "[1, [2]]"],
    [record(["packets", 3n], ["odd name", 1]), '{ packets: 3, "odd name": 1 }'],
    [record(["__proto__", 1]), "{ __proto__: 1 }"],
    [record(), "{}"],
    [undefined, "undefined"],
  ])("%o is written %s", (value, expected) => {
    expect(formatValue(value)).toBe(expected);
  });

  test("with BTF, enumerations carry their names, inside structs and arrays too", () => {
    const btf: BtfSpec = {
      types: [
        { kind: "void" },
        { kind: "enum", name: "e", size: 4, signed: false, values: [{ name: "OPEN\x1b", value: 2n }] },
        { kind: "array", type: 1, indexType: 1, length: 2 },
        { kind: "struct", name: "", size: 8, members: [{ name: "states", type: 2, bitOffset: 0, bitSize: 0 }] },
        { kind: "struct", name: "s", size: 8, members: [{ name: "", type: 3, bitOffset: 0, bitSize: 0 }] },
      ],
    };
    expect(formatValue(record(["states", [2, 3]]), { btf, typeId: 4 })).toBe("{ states: [2 (OPEN\\x1b), 3] }");
  });

  test("a value that contains itself ends", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(formatValue(loop)).toContain("…");
    expect(() => jsonValue(loop)).toThrow(/too deep/);
  });
});

describe("jsonValue", () => {
  test.each<[unknown, string]>([
    [2n ** 53n - 1n, "9007199254740991"],
    [2n ** 53n, '"9007199254740992"'],
    [-(2n ** 63n), '"-9223372036854775808"'],
    [new Uint8Array([0, 171]), '"00ab"'],
    [Number.NaN, '"NaN"'],
    [record(["__proto__", 1n], ["list", [true, null]]), '{"__proto__":1,"list":[true,null]}'],
  ])("%o is written %s", (value, expected) => {
    expect(JSON.stringify(jsonValue(value))).toBe(expected);
  });

  test("what has no JSON form is refused", () => {
    expect(() => jsonValue(() => 1)).toThrow(/a function has no JSON form/);
  });
});
