import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { BtfWriter } from "./btf-writer.ts";
import { CODE_FLAGS, code, type WrittenObject, writeElf } from "./elf-writer.ts";
import { quickly } from "./quickly.ts";
import { refusal } from "./refusal.ts";

const EXIT = "9500000000000000";
const CALL = "85100000ffffffff";
const R_64_64 = 1;
const R_64_32 = 10;

/** Sections of functions given as slots; each function's symbol begins at its first slot. */
function object(
  functions: readonly (readonly [section: string, name: string, slots: readonly string[]])[],
  more: Partial<WrittenObject> = {},
): Uint8Array {
  const sections = new Map<string, string[]>();
  const symbols = functions.map(([section, name, slots]) => {
    const body = sections.get(section) ?? [];
    sections.set(section, body);
    const value = body.length * 8;
    body.push(...slots);
    return { name, section, value };
  });
  return writeElf({
    sections: [
      ...[...sections].map(([name, slots]) => ({ name, flags: CODE_FLAGS, bytes: code(...slots) })),
      ...(more.sections ?? []),
    ],
    symbols: [...symbols, ...(more.symbols ?? [])],
    relocations: more.relocations ?? {},
  });
}

const parts = (program: { readonly functions: readonly { name: string; start: number; end: number }[] } | undefined) =>
  program?.functions.map(({ name, start, end }) => [name, start, end]);

function immediate(bytes: Uint8Array | undefined, slot: number): number {
  return bytes === undefined ? Number.NaN : new DataView(bytes.buffer, bytes.byteOffset).getInt32(slot * 8 + 4, true);
}

describe("functions and calls", () => {
  test("given several functions in a section, then each is a program; code before the first has the section's name", () => {
    const file = writeElf({
      sections: [{ name: "bind/x", flags: CODE_FLAGS, bytes: code(EXIT, EXIT, EXIT) }],
      symbols: [
        { name: "one", section: "bind/x", value: 8 },
        { name: "two", section: "bind/x", value: 16 },
      ],
    });
    expect(parse(file).programs.map(({ name, type }) => [name, type])).toEqual([
      ["bind/x", "bind"],
      ["one", "bind"],
      ["two", "bind"],
    ]);
  });

  test("given .text beside programs, then its functions are subprograms; alone and single, a program", () => {
    const both = parse(
      object([
        [".text", "sub", [EXIT]],
        ["xdp", "main", [EXIT]],
      ]),
    );
    expect([both.programs.map((p) => p.name), both.subprograms.map((p) => p.name)]).toEqual([["main"], ["sub"]]);
    const alone = parse(object([[".text", "sub", [EXIT]]]));
    expect([alone.programs.map((p) => p.name), alone.subprograms]).toEqual([["sub"], []]);
  });

  test("given calls across sections, then each callee follows its caller once, nested ones inside their callers", () => {
    const { programs } = parse(
      object(
        [
          [".text", "leaf", [EXIT]],
          [".text", "middle", [CALL, EXIT]],
          ["xdp", "main", [CALL, CALL, CALL, EXIT]],
        ],
        {
          relocations: {
            ".text": [{ offset: 8, type: R_64_32, symbol: "leaf" }],
            xdp: [
              { offset: 0, type: R_64_32, symbol: "middle" },
              { offset: 8, type: R_64_32, symbol: "leaf" },
              { offset: 16, type: R_64_32, symbol: "middle" },
            ],
          },
        },
      ),
    );
    expect(parts(programs[0])).toEqual([
      ["main", 0, 4],
      ["middle", 4, 6],
      ["leaf", 6, 7],
      ["leaf", 7, 8],
    ]);
    // A call's target is the next slot plus its immediate (RFC 9669 section 4.3).
    expect([0, 1, 2, 4].map((slot) => slot + 1 + immediate(programs[0]?.code, slot))).toEqual([4, 7, 4, 6]);
  });

  test("given a call without relocation to another function of the section, then that belongs to the caller's span", () => {
    const { programs } = parse(
      object([
        ["xdp", "main", ["8510000001000000", EXIT]],
        ["xdp", "helper", [EXIT]],
      ]),
    );
    expect(programs.map((program) => parts(program))).toEqual([
      [
        ["main", 0, 2],
        ["helper", 2, 3],
      ],
      [["helper", 0, 1]],
    ]);
  });

  test("given a backward call without relocation, then the callee is appended", () => {
    const { programs } = parse(
      object([
        ["xdp", "helper", [EXIT]],
        ["xdp", "main", ["85100000feffffff", EXIT]],
      ]),
    );
    expect(parts(programs[1])).toEqual([
      ["main", 0, 2],
      ["helper", 2, 3],
    ]);
    expect(immediate(programs[1]?.code, 0)).toBe(1);
  });

  test.each([
    ["itself", [["a", "a"]]],
    [
      "each other",
      [
        ["a", "b"],
        ["b", "a"],
      ],
    ],
    [
      "in a ring",
      [
        ["a", "b"],
        ["b", "c"],
        ["c", "a"],
      ],
    ],
  ])("given functions that call %s, then the recursion is refused", (_, calls) => {
    const names = calls.map(([from = ""]) => from);
    const file = object(
      names.map((name) => [".text", name, [CALL, EXIT]] as const),
      {
        relocations: {
          ".text": calls.map(([, symbol = ""], index) => ({ offset: index * 16, type: R_64_32, symbol })),
        },
      },
    );
    expect(refusal(() => parse(file)).message).toContain("Recursive call");
  });

  test("given the address of a function, then it is linked behind the callees and referred to", () => {
    const { programs } = parse(
      object(
        [
          [".text", "visit", [EXIT]],
          [".text", "work", [EXIT]],
          ["xdp", "main", ["1802000000000000", "00".repeat(8), CALL, EXIT]],
        ],
        {
          relocations: {
            xdp: [
              { offset: 0, type: R_64_64, symbol: "visit" },
              { offset: 16, type: R_64_32, symbol: "work" },
            ],
          },
        },
      ),
    );
    const [main] = programs;
    expect(parts(main)?.map(([name]) => name)).toEqual(["main", "work", "visit"]);
    expect(main?.references).toEqual([{ slot: 0, kind: "function", target: 5, named: true }]);
    // RFC 9669 section 5.4: source 4, the immediate being relative to the next slot.
    expect([main?.code[1], immediate(main?.code, 0)]).toEqual([0x42, 4]);
  });

  test("given two sections with functions of one name, then both are programs", () => {
    const { programs } = parse(
      object([
        ["xdp/a", "__proto__", [EXIT]],
        ["xdp/b", "__proto__", [EXIT, EXIT]],
      ]),
    );
    expect(programs.map(({ name, code }) => [name, code.length / 8])).toEqual([
      ["__proto__", 1],
      ["__proto__", 2],
    ]);
  });
});

describe("undefined symbols", () => {
  const call = (name: string): Uint8Array =>
    object([["xdp", "main", [CALL, EXIT]]], {
      symbols: [{ name, type: 0 }],
      relocations: { xdp: [{ offset: 0, type: R_64_32, symbol: name }] },
    });

  test.each([
    ["memset", "builtin"],
    ["whatever", "extern"],
  ])("given a call of %s for Linux, then it is a reference of kind %s", (name, kind) => {
    expect(parse(call(name), { platform: "linux" }).programs[0]?.references).toEqual([{ slot: 0, kind, name }]);
  });

  test("given a call of a function that BTF places in .ksyms, then the kernel has it, on either system", () => {
    const btf = new BtfWriter();
    const prototype = btf.add(13, "", 0);
    btf.section(".ksyms", [[btf.add(12, "bpf_thing", prototype, [], 2), 0, 0]]);
    const file = object([["xdp", "main", [CALL, EXIT]]], {
      sections: [{ name: ".BTF", bytes: btf.bytes }],
      symbols: [{ name: "bpf_thing", type: 0 }],
      relocations: { xdp: [{ offset: 0, type: R_64_32, symbol: "bpf_thing" }] },
    });
    for (const platform of ["windows", "linux"] as const) {
      const [main] = parse(file, { platform }).programs;
      expect(main?.references).toEqual([{ slot: 0, kind: "kernel-function", name: "bpf_thing" }]);
      // RFC 9669 section 4.3.1: source 2, a function by its BTF id.
      expect((main?.code[1] ?? 0) >> 4).toBe(2);
    }
  });

  test("given a weak function of the kernel, then the reference says so", () => {
    const btf = new BtfWriter();
    const prototype = btf.add(13, "", 0);
    btf.section(".ksyms", [[btf.add(12, "bpf_thing", prototype, [], 2), 0, 0]]);
    const file = object([["xdp", "main", [CALL, EXIT]]], {
      sections: [{ name: ".BTF", bytes: btf.bytes }],
      symbols: [{ name: "bpf_thing", type: 0, binding: 2 }],
      relocations: { xdp: [{ offset: 0, type: R_64_32, symbol: "bpf_thing" }] },
    });
    const [main] = parse(file, { platform: "linux" }).programs;
    expect(main?.references).toEqual([{ slot: 0, kind: "kernel-function", name: "bpf_thing", weak: true }]);
  });

  test("given relocations with addends of their own, then those count instead of the code's", () => {
    const entry = new DataView(new ArrayBuffer(24));
    entry.setUint32(8, R_64_32, true);
    entry.setUint32(12, 1, true);
    entry.setBigInt64(16, 8n, true);
    const file = writeElf({
      sections: [
        { name: "xdp", flags: CODE_FLAGS, bytes: code(CALL, EXIT) },
        { name: ".text", flags: CODE_FLAGS, bytes: code(EXIT, EXIT) },
        { name: ".relaxdp", type: 4, bytes: new Uint8Array(entry.buffer), entrySize: 24, link: 4, info: 1 },
      ],
      symbols: [
        { name: "", section: ".text", type: 3 },
        { name: "main", section: "xdp" },
        { name: "first", section: ".text" },
        { name: "second", section: ".text", value: 8 },
      ],
    });
    expect(parts(parse(file).programs[0])?.map(([name]) => name)).toEqual(["main", "second"]);
  });

  test("given such a call for Windows, then it is unresolved", () => {
    expect(refusal(() => parse(call("memset")))).toMatchObject({ section: "xdp", offset: 0 });
  });

  test.each([
    // mov32 w1, 250, PREVAIL's CONFIG_HZ; otherwise the load *(u32 *)(r1 + 0) as it was.
    ["CONFIG_HZ", "the load becomes the known constant", "b4010000fa000000"],
    ["UNKNOWN", "its address is 0 and the load stays", "6111000000000000"],
  ])("given a load of undefined variable %s, then %s", (name, _, load) => {
    const { programs } = parse(
      object([["xdp", "main", ["1801000000000000", "00".repeat(8), "6111000000000000", EXIT]]], {
        symbols: [{ name, type: 0, binding: 2 }],
        relocations: { xdp: [{ offset: 0, type: R_64_64, symbol: name }] },
      }),
    );
    expect(Buffer.from(programs[0]?.code.subarray(16, 24) ?? []).toString("hex")).toBe(load);
  });

  test.each([
    ["of a type that code does not have", { offset: 0, type: 2, symbol: "main" }, "type 2"],
    ["between instructions", { offset: 4, type: R_64_32, symbol: "main" }, "no instruction begins"],
    ["behind the end", { offset: 64, type: R_64_32, symbol: "main" }, "behind the end"],
    ["of an instruction that takes none", { offset: 8, type: R_64_64, symbol: "main" }, "takes none"],
  ])("given a relocation %s, then it is refused", (_, relocation, message) => {
    const file = object([["xdp", "main", [CALL, EXIT]]], { relocations: { xdp: [relocation] } });
    expect(refusal(() => parse(file)).message).toContain(message);
  });
});

describe("hostile links", () => {
  test("given 300 functions that each call the next, then nesting is refused before the stack ends", () => {
    const names = Array.from({ length: 300 }, (_, index) => `f${index}`);
    const file = object(
      names.map((name, index) => [".text", name, index === 299 ? [EXIT] : [CALL, EXIT]] as const),
      {
        relocations: {
          ".text": names.slice(1).map((symbol, index) => ({ offset: index * 16, type: R_64_32, symbol })),
        },
      },
    );
    expect(refusal(() => parse(file)).message).toContain("nest too deeply");
  });

  test("given 40 functions that each call the next two, then the doubling is refused quickly", () => {
    const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
    const relocations = names.flatMap((_, index) => {
      const at = index * 24;
      return [1, 2].flatMap((step, call) => {
        const symbol = names[index + step];
        return symbol === undefined ? [] : [{ offset: at + call * 8, type: R_64_32, symbol }];
      });
    });
    const file = object(
      names.map(
        (name, index) =>
          [
            ".text",
            name,
            [...Array.from({ length: 2 }, (_, call) => (index + call + 1 < 40 ? CALL : EXIT)), EXIT],
          ] as const,
      ),
      { relocations: { ".text": relocations } },
    );
    expect(refusal(() => quickly(() => parse(file))).message).toContain("Linked code of more than 524288 instructions");
  });

  test("given a section of 20,000 functions that all jump to its end, then the spans are refused quickly", () => {
    const jump = (distance: number): string =>
      Buffer.from(Uint8Array.of(0x05, 0, distance & 255, distance >> 8, 0, 0, 0, 0)).toString("hex");
    const functions = Array.from(
      { length: 20_000 },
      (_, index) => ["xdp", `f${index}`, [jump(Math.max(19_998 - index, 0))]] as const,
    );
    expect(refusal(() => quickly(() => parse(object(functions)))).message).toContain("Linked code");
  });
});
