import { describe, expect, test } from "vitest";
import { list, listingJson, listingText, objectJson, objectText } from "../../src/report/index.ts";
import type { ObjectSpec, ProgramSpec } from "../../src/spec/index.ts";

const ESC = "\x1b[31m";

const program: ProgramSpec = {
  name: `main${ESC}`,
  section: `xdp/${ESC}`,
  sectionIndex: 1,
  type: "xdp",
  // r0 = 1; exit (RFC 9669: 0xb7 is mov64 of an immediate, 0x95 is exit)
  code: new Uint8Array([0xb7, 0, 0, 0, 1, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]),
  references: [],
  functions: [],
  lines: [{ slot: 0, file: `a${ESC}.c`, line: 3, column: 1, text: `\treturn 1; /* ${ESC}\u202e */` }],
};

const spec: ObjectSpec = {
  platform: "windows",
  programs: [program],
  subprograms: [],
  maps: [
    {
      name: `m${ESC}`,
      type: 1,
      keySize: 4,
      valueSize: 8,
      maxEntries: 16,
      flags: 0,
      pinByName: true,
      section: ".maps",
      descriptor: 1,
      keyType: 1,
    },
    {
      name: "prog.data",
      type: 2,
      keySize: 4,
      valueSize: 8,
      maxEntries: 1,
      flags: 0,
      pinByName: false,
      section: ".data",
      descriptor: 2,
      initial: new Uint8Array([7, 0, 0, 0, 1, 2, 3, 4]),
    },
  ],
  globals: [
    { name: "rate", map: "prog.data", offset: 0, size: 4, type: 1 },
    { name: "odd", map: "prog.data", offset: 4, size: 4, type: 99 },
    { name: "outside", map: "prog.data", offset: 6, size: 4, type: 1 },
  ],
  btf: {
    types: [
      { kind: "void" },
      { kind: "int", name: `u32${ESC}`, size: 4, bits: 32, bitOffset: 0, encoding: "unsigned" },
    ],
  },
  license: `MIT${ESC}`,
};

const controls = /[^\P{C}\n]/u;

describe("an object as text", () => {
  const text = objectText(`file${ESC}.o`, spec);

  test("lists programs, maps and globals", () => {
    expect(text).toContain("  xdp/\\x1b[31m  main\\x1b[31m  xdp              2\n");
    expect(text).toMatch(/m\\x1b\[31m +hash +4 +8 +16 +u32\\x1b\[31m +by name\n/);
    expect(text).toMatch(/rate +u32\\x1b\[31m +4 +7 +prog\.data\n/);
  });

  test("shows globals of broken types as bytes, and nothing for those without content", () => {
    expect(text).toMatch(/odd +\? +4 +01 02 03 04 +prog\.data\n/);
    expect(text).toMatch(/outside +u32\\x1b\[31m +4 +prog\.data\n/);
  });

  test("lets no control character through", () => {
    expect(text).not.toMatch(controls);
  });

  test("says so where there is nothing", () => {
    const empty = objectText("x.o", { ...spec, programs: [], maps: [], globals: [], license: undefined });
    expect(empty).toBe("x.o: eBPF object for Windows\n\nNo programs\n\nNo maps\n\nNo globals\n");
  });
});

test("an object as JSON keeps names as they are", () => {
  expect(JSON.parse(JSON.stringify(objectJson("x.o", spec)))).toMatchObject({
    file: "x.o",
    platform: "windows",
    programs: [{ name: `main${ESC}`, section: `xdp/${ESC}`, type: "xdp", instructions: 2, bytes: 16 }],
    maps: [{ type: "hash", typeNumber: 1, keySize: 4, valueSize: 8, maxEntries: 16, pinByName: true, inner: null }, {}],
    globals: [
      { name: "rate", value: 7 },
      { name: "odd", value: "01020304" },
      { name: "outside", value: null },
    ],
  });
});

describe("a listing", () => {
  test("has the form of netsh, source lines in between, and no control characters", () => {
    const text = listingText([list(program, "windows", true)]);
    expect(text).toBe(
      ["; a\\x1b[31m.c:3", ";     return 1; /* \\x1b[31m\\u202e */", "       0:\tr0 = 1", "       1:\texit", ""].join(
        "\n",
      ),
    );
    expect(listingText([list(program, "windows", false)])).not.toContain("return");
    const [first] = listingText([list(program, "windows", false), list(program, "windows", false)]).split("\n");
    expect(first).toBe("; program main\\x1b[31m, section xdp/\\x1b[31m");
  });

  test("as JSON tells source lines from instructions", () => {
    expect(JSON.parse(JSON.stringify(listingJson("x.o", [list(program, "windows", true)])))).toMatchObject({
      programs: [
        {
          section: `xdp/${ESC}`,
          lines: [
            { kind: "source", line: 3 },
            { kind: "instruction", slot: 0, number: 0, text: "r0 = 1" },
            { kind: "instruction", slot: 1, number: 1, text: "exit" },
          ],
        },
      ],
    });
  });

  test("numbers maps as netsh does, names them in JSON, and names Windows' helpers on Windows only", () => {
    const call: ProgramSpec = {
      ...program,
      // r1 = map (lddw, src 1); call 1
      code: new Uint8Array([0x18, 0x11, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x85, 0, 0, 0, 1, 0, 0, 0]),
      references: [{ slot: 0, kind: "map", map: "ports" }],
    };
    expect(listingText([list(call, "windows", false)])).toContain(
      "r1 = map_fd 1\n       2:\tr0 = bpf_map_lookup_elem:1(map_fd r1, map_key r2)\n",
    );
    expect(listingJson("x.o", [list(call, "windows", false)])).toMatchObject({
      programs: [{ lines: [{ text: "r1 = map_fd 1", map: "ports" }, { slot: 2 }] }],
    });
    expect(listingText([list(call, "linux", false)])).toContain("r0 = 1:1()");
  });
});
