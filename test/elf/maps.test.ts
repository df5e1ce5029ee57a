import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import type { MapSpec, ObjectSpec } from "../../src/spec/index.ts";
import { BtfWriter } from "./btf-writer.ts";
import { CODE_FLAGS, code, type WrittenSection, type WrittenSymbol, words, writeElf } from "./elf-writer.ts";
import { refusal } from "./refusal.ts";

const fixture = (name: string): ObjectSpec =>
  parse(readFileSync(new URL(`fixtures/${name}.o`, import.meta.url)), { path: `${name}.o` });
const map = (spec: ObjectSpec, name: string): MapSpec | undefined => spec.maps.find((one) => one.name === name);

const PROGRAM: WrittenSection = { name: "xdp", flags: CODE_FLAGS, bytes: code("9500000000000000") };

describe("maps that BTF describes (fixtures/maps.c)", () => {
  const spec = fixture("maps");

  test("then sizes come from the types of key and value, and pinning and flags are kept", () => {
    expect(map(spec, "flows")).toMatchObject({
      type: 1,
      keySize: 8,
      valueSize: 8,
      maxEntries: 10,
      flags: 3,
      pinByName: true,
      section: ".maps",
    });
    const { keyType = 0, valueType = 0 } = map(spec, "flows") ?? {};
    expect([spec.btf?.types[keyType], spec.btf?.types[valueType]]).toMatchObject([
      { kind: "typedef", name: "flow_t" },
      { kind: "typedef", name: "u64" },
    ]);
  });

  test("then a map of maps has a template and its static entries", () => {
    expect(map(spec, "outer")).toMatchObject({
      type: 7,
      valueSize: 4,
      inner: { type: 2, keySize: 4, valueSize: 12, maxEntries: 1 },
      entries: [
        { index: 0, kind: "map", name: "first" },
        { index: 2, kind: "map", name: "second" },
      ],
    });
    expect(map(spec, "programs")).toMatchObject({
      valueSize: 4,
      entries: [{ index: 1, kind: "program", name: "callee" }],
    });
  });

  test("then an inner map without a name gets Windows' name for it, and is not listed", () => {
    expect(map(spec, "nameless")?.inner).toMatchObject({ name: "__anonymous_map_1", type: 1, maxEntries: 8 });
    expect(map(spec, "__anonymous_map_1")).toBeUndefined();
  });

  test("then code refers to maps by name, and its immediates are their descriptors", () => {
    const caller = spec.programs.find((program) => program.name === "caller");
    const maps = caller?.references.flatMap((reference) => (reference.kind === "map" ? [reference] : [])) ?? [];
    expect(maps.map((reference) => reference.map)).toEqual(["programs", "outer", "nameless", "flows", "second"]);
    for (const { slot, map: name } of maps) {
      const view = new DataView(caller?.code.buffer ?? new ArrayBuffer(0));
      expect([view.getUint8(slot * 8 + 1) >> 4, view.getUint32(slot * 8 + 4, true)]).toEqual([
        1,
        map(spec, name)?.descriptor,
      ]);
    }
  });
});

describe("maps as records (fixtures/legacy.c)", () => {
  const spec = fixture("legacy");

  test("then each symbol is a map, in the order of the records", () => {
    expect(
      spec.maps.map(({ name, type, valueSize, maxEntries, pinByName }) => [
        name,
        type,
        valueSize,
        maxEntries,
        pinByName,
      ]),
    ).toEqual([
      ["leaf", 2, 4, 2, false],
      ["pinned", 1, 8, 16, true],
      ["by_index", 7, 4, 3, false],
      ["by_id", 6, 4, 3, false],
    ]);
  });

  test("then inner maps are found by index and by id", () => {
    expect([map(spec, "by_index")?.inner?.name, map(spec, "by_id")?.inner?.name]).toEqual(["pinned", "leaf"]);
  });

  const records = (bytes: Uint8Array, ...symbols: readonly Partial<WrittenSymbol>[]): ObjectSpec =>
    parse(
      writeElf({
        sections: [PROGRAM, { name: "maps", bytes }],
        symbols: symbols.map((symbol, index) => ({ name: `m${index}`, section: "maps", type: 1, ...symbol })),
      }),
    );

  test("given short records, then what is missing counts as 0", () => {
    expect(records(words(1, 4, 8, 2), { size: 16 }).maps).toMatchObject([{ type: 1, maxEntries: 2, pinByName: false }]);
  });

  test("given a tail behind the records, then it is allowed as long as every symbol's record fits", () => {
    expect(records(words(1, 4, 8, 2, 99), { size: 16 }).maps).toHaveLength(1);
    expect(refusal(() => records(words(1, 4, 8, 2, 99), { size: 16 }, { value: 16 })).section).toBe("maps");
  });

  test.each([
    ["records under 16 bytes", words(1, 4, 8, 2), { size: 12 }, "records of 12"],
    ["records that are no words", words(1, 4, 8, 2, 0), { size: 18 }, "records of 18"],
    ["a symbol inside a record", words(1, 4, 8, 2, 1, 4, 8, 2), { size: 16, value: 4 }, "does not begin at a record"],
    ["a section shorter than a record", words(1, 4), { size: 16 }, "shorter than a record"],
    ["an inner map that is not there", words(7, 4, 4, 1, 5, 0, 0, 0), { size: 32 }, "no map of index 5"],
    ["a pinning that does not exist", words(1, 4, 4, 1, 0, 2, 0, 0), { size: 32 }, "pinning 2"],
    ["an inner map that is itself", words(7, 4, 4, 1, 0, 0, 0, 0), { size: 32 }, "nest too deeply"],
  ])("given %s, then it is refused", (_, bytes, symbol, message) => {
    expect(refusal(() => records(bytes, symbol)).message).toContain(message);
  });

  test("given Linux' layout, then the fifth word is flags and the sixth the inner map", () => {
    const file = writeElf({
      sections: [PROGRAM, { name: "maps", bytes: words(1, 4, 8, 2, 1, 0, 0, 13, 4, 4, 1, 0, 0, 0) }],
      symbols: [
        { name: "table", section: "maps", type: 1, size: 28 },
        { name: "outer", section: "maps", type: 1, size: 28, value: 28 },
      ],
    });
    expect(parse(file, { platform: "linux" }).maps).toMatchObject([{ flags: 1 }, { inner: { name: "table" } }]);
  });
});

describe("broken maps in BTF", () => {
  const parsed = (build: (btf: BtfWriter, number: (value: number) => number) => number, name = "m"): ObjectSpec => {
    const btf = new BtfWriter();
    const int = btf.int("int", 4, 1);
    const struct = build(btf, (value) => btf.pointer(btf.array(int, value)));
    btf.section(".maps", [[btf.variable(name, struct), 0, 32]]);
    const sections = [PROGRAM, { name: ".maps", bytes: new Uint8Array(32) }, { name: ".BTF", bytes: btf.bytes }];
    return parse(writeElf({ sections, symbols: [{ name, section: ".maps", type: 1, size: 32 }] }));
  };

  test("given a name of __proto__, then it is a name like any other", () => {
    const { maps } = parsed((btf, number) => btf.struct("", 8, [["type", number(1), 0]]), "__proto__");
    expect(maps).toMatchObject([{ name: "__proto__", type: 1, maxEntries: 0 }]);
  });

  test.each<[string, (btf: BtfWriter, number: (value: number) => number) => number, string]>([
    ["no type", (btf, number) => btf.struct("", 8, [["max_entries", number(1), 0]]), "has no type"],
    ["a type that is no pointer", (btf) => btf.struct("", 8, [["type", 1, 0]]), "not ptr"],
    ["a variable that is no struct", () => 1, "not struct"],
    [
      "pinning 2",
      (btf, number) =>
        btf.struct("", 16, [
          ["type", number(1), 0],
          ["pinning", number(2), 64],
        ]),
      "pinning 2",
    ],
    [
      "a key of void",
      (btf, number) =>
        btf.struct("", 16, [
          ["type", number(1), 0],
          ["key", btf.pointer(0), 64],
        ]),
      "has no size",
    ],
    [
      "values that are numbers",
      (btf, number) =>
        btf.struct("", 16, [
          ["type", number(7), 0],
          ["values", btf.array(btf.pointer(1), 0), 64],
        ]),
      "neither maps nor programs",
    ],
    [
      "an inner map of its own type",
      (btf, number) => {
        const members = [number(7), number(1)];
        // The struct is the fourth type from here: array, pointer, struct; its id is known before it is made.
        const struct = number(1) + 3;
        const values = btf.array(btf.pointer(struct), 0);
        return btf.struct("", 24, [
          ["type", members[0] ?? 0, 0],
          ["max_entries", members[1] ?? 0, 64],
          ["values", values, 128],
        ]);
      },
      "nest too deeply",
    ],
  ])("given %s, then it is refused", (_, build, message) => {
    expect(refusal(() => parsed(build))).toMatchObject({ section: ".BTF" });
    expect(refusal(() => parsed(build)).message).toContain(message);
  });

  test.each([
    [3, "are read"],
    [4, "are refused"],
  ])("given %s maps, each the template of the next, then they %s", (count) => {
    const btf = new BtfWriter();
    const int = btf.int("int", 4, 1);
    const number = btf.pointer(btf.array(int, 7));
    const structs: number[] = [];
    for (let index = 0; index < count; index++) {
      const inner = structs.at(-1);
      const values = inner === undefined ? [] : [["values", btf.array(btf.pointer(inner), 0), 128] as const];
      structs.push(btf.struct("", 24, [["type", number, 0], ["max_entries", number, 64], ...values]));
    }
    btf.section(
      ".maps",
      structs.map((struct, index) => [btf.variable(`m${index}`, struct), index, 1] as const),
    );
    const sections = [PROGRAM, { name: ".maps", bytes: new Uint8Array(8) }, { name: ".BTF", bytes: btf.bytes }];
    const read = (): ObjectSpec => parse(writeElf({ sections }));
    if (count === 3) expect(read().maps.at(-1)?.inner?.inner).toMatchObject({ name: "m0" });
    else expect(refusal(read).message).toContain("nest too deeply");
  });

  test("given .maps without .BTF, then it is refused", () => {
    const file = writeElf({ sections: [PROGRAM, { name: ".maps", bytes: new Uint8Array(8) }] });
    expect(refusal(() => parse(file)).message).toContain("need .BTF");
  });

  test("given two maps of one name, then the second is refused", () => {
    const symbols = [0, 16].map((value) => ({ name: "same", section: "maps", type: 1, size: 16, value }));
    const file = writeElf({ sections: [PROGRAM, { name: "maps", bytes: words(1, 4, 8, 2, 1, 4, 8, 2) }], symbols });
    expect(refusal(() => parse(file))).toMatchObject({ section: "maps", offset: 16 });
  });
});
