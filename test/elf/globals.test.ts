import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type GlobalValue, parse, withGlobals } from "../../src/elf/index.ts";
import type { ObjectSpec } from "../../src/spec/index.ts";
import { CODE_FLAGS, code, writeElf } from "./elf-writer.ts";

const bytes = readFileSync(new URL("fixtures/globals.o", import.meta.url));
const spec = parse(bytes, { path: "folder/globals.more.o" });

/** The bytes of a variable; undefined where its map has no content of its own. */
function content(of: ObjectSpec, name: string): Uint8Array | undefined {
  const global = of.globals.find((one) => one.name === name);
  const initial = of.maps.find((map) => map.name === global?.map)?.initial;
  return global === undefined ? undefined : initial?.subarray(global.offset, global.offset + global.size);
}

const set = (name: string, value: GlobalValue): Uint8Array | undefined =>
  content(withGlobals(spec, { [name]: value }), name);
const le = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

describe("global variables (fixtures/globals.c)", () => {
  test("then data sections are arrays of one entry, named as bpf2c names them", () => {
    expect(
      spec.maps.map(({ name, type, keySize, maxEntries, readOnly }) => [name, type, keySize, maxEntries, readOnly]),
    ).toEqual([
      ["globals.data", 2, 4, 1, false],
      ["globals.rodata", 2, 4, 1, true],
      ["globals.bss", 2, 4, 1, false],
      ["globals.data.custom", 2, 4, 1, false],
    ]);
    expect(parse(bytes).maps[0]?.name).toBe("globals.data");
    expect(parse(bytes, { platform: "linux" }).maps[0]?.name).toBe(".data");
  });

  test("then only .bss has no content of its own", () => {
    expect(spec.maps.filter((map) => map.initial === undefined).map((map) => map.section)).toEqual([".bss"]);
  });

  test.each([
    ["sample_rate", le(1, 0, 0, 0)],
    ["limit", le(0x00, 0xf2, 0x05, 0x2a, 1, 0, 0, 0)],
    ["label", le(97, 98, 99, 0, 0, 0, 0, 0)],
    ["offset", le(0xfd)],
    ["mode", le(7, 0, 0, 0)],
    ["hidden", le(77, 0, 0, 0)],
    ["custom", le(9, 0)],
  ])("then %s has the value of the source", (name, value) => {
    expect(content(spec, name)).toEqual(value);
  });

  test("then code refers to a variable by its map and offset", () => {
    const uses = spec.programs.find((program) => program.name === "uses");
    const limit = spec.globals.find((global) => global.name === "limit");
    expect(uses?.references).toContainEqual({
      slot: 18,
      kind: "map-value",
      map: "globals.rodata",
      offset: limit?.offset,
    });
  });
});

describe("withGlobals", () => {
  test.each<[string, GlobalValue, Uint8Array]>([
    ["sample_rate", 4, le(4, 0, 0, 0)],
    ["sample_rate", -2, le(0xfe, 0xff, 0xff, 0xff)],
    ["limit", 2n ** 64n - 1n, le(255, 255, 255, 255, 255, 255, 255, 255)],
    ["verbose", true, le(1)],
    ["label", "hello", le(104, 101, 108, 108, 111, 0, 0, 0)],
    ["label", Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), le(1, 2, 3, 4, 5, 6, 7, 8)],
    ["offset", -128, le(0x80)],
    ["ratio", 1, le(0, 0, 0, 0, 0, 0, 0xf0, 0x3f)],
    ["mode", -1, le(255, 255, 255, 255)],
    ["counter", 258, le(2, 1, 0, 0)],
    ["pair", Uint8Array.of(3, 0, 0, 0, 4, 0, 0, 0), le(3, 0, 0, 0, 4, 0, 0, 0)],
    ["custom", 65_535, le(255, 255)],
  ])("given %s = %s, then its bytes change", (name, value, expected) => {
    expect(set(name, value)).toEqual(expected);
  });

  test("given a value, then the original keeps its own, and other variables theirs", () => {
    const changed = withGlobals(spec, { sample_rate: 9, counter: 1 });
    expect([content(spec, "sample_rate"), content(changed, "label")]).toEqual([le(1, 0, 0, 0), content(spec, "label")]);
    expect(spec.maps.find((map) => map.section === ".bss")?.initial).toBeUndefined();
  });

  test.each<[string, GlobalValue, string]>([
    ["nothing", 1, "There is no global variable"],
    ["__proto__", 1, "There is no global variable"],
    ["constructor", 1, "There is no global variable"],
    ["sample_rate", 2 ** 31, "takes -2147483648 to 2147483647"],
    ["sample_rate", 1.5, "whole number"],
    ["sample_rate", "4", "takes a number"],
    ["limit", -1, "takes 0 to"],
    ["verbose", 2, "takes 0 to 1"],
    ["label", "too long", "holds 7 bytes"],
    ["label", 1, "takes text"],
    ["label", Uint8Array.of(1), "has 8 bytes, not 1"],
    ["ratio", 1n, "takes a number"],
    ["totals", 1, "is an array"],
    ["pair", 1, "struct"],
  ])("given %s = %s, then EBPF_INVALID_ARGUMENT says why", (name, value, message) => {
    const values = Object.fromEntries([[name, value]]);
    expect(() => withGlobals(spec, values)).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
    expect(() => withGlobals(spec, values)).toThrow(message);
  });

  test("given .bss of four gigabytes, then parsing takes no memory for it", () => {
    const file = writeElf({
      sections: [
        { name: "xdp", flags: CODE_FLAGS, bytes: code("9500000000000000") },
        { name: ".bss", type: 8, size: 0xffff_fff0 },
      ],
    });
    expect(parse(file).maps).toMatchObject([{ valueSize: 0xffff_fff0 }]);
    expect(parse(file).maps[0]?.initial).toBeUndefined();
  });
});
