import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InvalidObjectError, parse, simulate, verify } from "../../src/index.ts";
import type { ObjectSpec, Platform } from "../../src/spec/index.ts";

function read(name: string, platform: Platform): ObjectSpec {
  return parse(readFileSync(new URL(`fixtures/${name}.o`, import.meta.url)), { platform });
}

// PREVAIL's words, of both dialects: src/io/elf_core_reloc.cpp and elf_map_parser.cpp.
const ARRAY =
  "error: Unsupported or invalid CO-RE/BTF relocation data: CO-RE: array index 1 out of bounds (size 0) for access path 0:2:1";
const LEGACY =
  "error: Legacy map symbol 'numbers' has invalid offset: not aligned to 32-byte boundary or out of section bounds";

describe("a file with a CO-RE relocation that cannot be done", () => {
  const spec = read("flexible", "windows");

  test("given parse, then everything is read, and the places are told", () => {
    expect(spec.programs.map(({ name }) => name)).toEqual(["plain", "first", "called"]);
    const places = spec.faults?.map(({ section }) => section);
    // `second` lies in .text; the compiler may read more than one element's place.
    expect(new Set(places)).toEqual(new Set(["xdp/first", ".text"]));
    for (const { message } of spec.faults ?? []) {
      expect(message).toMatch(
        /^CO-RE relocation of field-byte-offset of struct "record", 0:2:[12]: element [12] of an array of 0$/,
      );
    }
  });

  test.each(["windows-1.6", "latest"] as const)(
    "given verify (%s), then every program is refused in PREVAIL's words",
    async (dialect) => {
      const reports = await Promise.all(spec.programs.map((program) => verify(spec, program, { dialect })));
      for (const report of reports) expect(report).toMatchObject({ verdict: "fail", stage: "load", firstError: ARRAY });
      const lines = readFileSync(new URL("fixtures/flexible.c", import.meta.url), "utf8").split("\n");
      const line = (text: string): number => lines.findIndex((each) => each.includes(text)) + 1;
      const [plain, first, called] = reports.map(({ findings: [finding] }) => finding?.source?.line);
      expect(plain).toBeUndefined();
      expect(first).toBe(line("return count + r->words[1]"));
      expect(called).toBe(line("return r->words[2]"));
    },
  );

  test("given a load, then it is refused, naming relocation, program and line", async () => {
    const runtime = simulate();
    const load = runtime.load(readFileSync(new URL("fixtures/flexible.o", import.meta.url)));
    await expect(load).rejects.toBeInstanceOf(InvalidObjectError);
    await expect(load).rejects.toMatchObject({
      code: "EBPF_INVALID_OBJECT",
      message: expect.stringMatching(/struct "record", 0:2:1.*in program "first" at "[^"]*flexible\.c":\d+/),
    });
    runtime.close();
  });

  test("given a target that has the struct, then elements of an array without a length have places, as in libbpf", () => {
    if (spec.btf === undefined) throw new Error("the fixture has no BTF");
    const { faults, programs } = parse(readFileSync(new URL("fixtures/flexible.o", import.meta.url)), {
      btf: spec.btf,
    });
    expect(faults).toBeUndefined();
    // id, count, then words[1]: 8 + 4 + 4 bytes. 0x61 loads four of them (RFC 9669 section 5).
    const code = Buffer.from(programs.find(({ name }) => name === "first")?.code ?? []);
    const offsets = Array.from({ length: code.length / 8 }, (_, slot) => slot * 8)
      .filter((at) => code[at] === 0x61)
      .map((at) => code.readInt16LE(at + 2));
    expect(offsets).toContain(16);
  });
});

describe("a map of maps whose inner maps do not say how large they are", () => {
  test("given parse, then the map and what is inside are read", () => {
    const { maps, faults } = read("inner_ring", "linux");
    expect(maps.map(({ name, type, inner }) => [name, type, inner?.type, inner?.maxEntries])).toEqual([
      ["rings", 12, 27, 0],
      ["numbers", 2, undefined, undefined],
    ]);
    expect(faults).toMatchObject([{ section: ".BTF", message: expect.stringContaining('"rings"') }]);
  });

  test("given verify, then the program is refused in PREVAIL's words", async () => {
    const spec = read("inner_ring", "linux");
    const [program] = spec.programs;
    if (program === undefined) throw new Error("the fixture has no program");
    expect(await verify(spec, program)).toMatchObject({ stage: "load", firstError: LEGACY });
  });
});

describe("a file without code", () => {
  test("given Linux, then its maps are read, as libbpf does", () => {
    const { maps, programs } = read("only_maps", "linux");
    expect(programs).toEqual([]);
    expect(maps).toMatchObject([{ name: "numbers", maxEntries: 3 }]);
  });

  test("given Windows, then it is refused, as Windows does", () => {
    expect(() => read("only_maps", "windows")).toThrow("No executable sections");
  });
});
