import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse, parseBtf } from "../../src/elf/index.ts";
import type { ObjectSpec } from "../../src/spec/index.ts";
import { BtfWriter, writeCoreRelocations } from "./btf-writer.ts";
import { CODE_FLAGS, code, writeElf } from "./elf-writer.ts";
import { quickly } from "./quickly.ts";
import { refusal } from "./refusal.ts";

const MOV = "b700000077000000";
const EXIT = "9500000000000000";
/** Load of 4 bytes from r1, at an offset that no type here has. */
const LOAD = "6110770000000000";

const Kind = {
  OFFSET: 0,
  SIZE: 1,
  EXISTS: 2,
  SIGNED: 3,
  LEFT: 4,
  RIGHT: 5,
  ID_LOCAL: 6,
  ID_TARGET: 7,
  TYPE_EXISTS: 8,
  TYPE_SIZE: 9,
  ENUM_EXISTS: 10,
  ENUM_VALUE: 11,
  MATCHES: 12,
} as const;

/** The types that the object was compiled with: ids of `task` and `color` first. */
function localTypes(): { readonly btf: BtfWriter; readonly task: number; readonly color: number } {
  const btf = new BtfWriter();
  const int = btf.int("int", 4, 1);
  const long = btf.int("unsigned long", 8);
  const place = btf.struct("place", 8, [
    ["x", int, 0],
    ["y", int, 32],
  ]);
  const nameless = btf.struct(
    "",
    8,
    [
      ["low", int, 0],
      ["whole", long, 0],
    ],
    5,
  );
  const color = btf.enumeration("color", { RED: 0, GREEN: 5 });
  const task = btf.struct("task___mine", 64, [
    ["pid", int, 0, 0],
    ["flags", int, 35, 3],
    ["level", int, 38, 5],
    ["places", btf.array(place, 2), 64, 0],
    ["", nameless, 192, 0],
    ["next", btf.pointer(place), 256, 0],
    ["time", long, 320, 0],
  ]);
  return { btf, task, color };
}

type Wanted = readonly [slot: string, type: "task" | "color", access: string, kind: number];

/** An object whose only program has an instruction for each relocation. */
function relocated(wanted: readonly Wanted[], target?: BtfWriter): ObjectSpec {
  const { btf, task, color } = localTypes();
  const ext = writeCoreRelocations(
    btf,
    "xdp",
    wanted.map(([, type, access, kind], index) => [index * 8, type === "task" ? task : color, access, kind] as const),
  );
  const file = writeElf({
    sections: [
      { name: "xdp", flags: CODE_FLAGS, bytes: code(...wanted.map(([slot]) => slot), EXIT) },
      { name: ".BTF", bytes: btf.bytes },
      { name: ".BTF.ext", bytes: ext },
    ],
  });
  return parse(file, target === undefined ? {} : { btf: parseBtf(target.bytes) });
}

/** Immediates (or, for loads, opcodes and offsets) after relocation. */
function resolve(wanted: readonly Wanted[], target?: BtfWriter): readonly (number | string)[] {
  const { programs, faults } = relocated(wanted, target);
  if (faults !== undefined) throw new Error(faults[0]?.message);
  const [program] = programs;
  const view = new DataView(program?.code.buffer ?? new ArrayBuffer(0));
  return wanted.map(([slot], index) => {
    const opcode = view.getUint8(index * 8);
    if (opcode === 0x85) return `call 0x${view.getUint32(index * 8 + 4, true).toString(16)}`;
    if (slot === MOV) return view.getInt32(index * 8 + 4, true);
    return `0x${opcode.toString(16)} ${view.getInt16(index * 8 + 2, true)}`;
  });
}

describe("CO-RE against the object's own types, as on Windows", () => {
  test("given fields, then their places are the local ones", () => {
    expect(
      resolve([
        [LOAD, "task", "0:0", Kind.OFFSET],
        [LOAD, "task", "0:3:1:1", Kind.OFFSET],
        [LOAD, "task", "0:4:0", Kind.OFFSET],
        [MOV, "task", "0:6", Kind.OFFSET],
        [MOV, "task", "0:6", Kind.SIZE],
        [MOV, "task", "0:0", Kind.SIGNED],
        [MOV, "task", "0:6", Kind.SIGNED],
      ]),
    ).toEqual(["0x61 0", "0x61 20", "0x61 24", 40, 8, 1, 0]);
  });

  test("given a bit-field of 5 bits at bit 38, then the shifts bring it to the bottom of 64 bits", () => {
    expect(
      resolve([
        [MOV, "task", "0:2", Kind.LEFT],
        [MOV, "task", "0:2", Kind.RIGHT],
      ]),
    ).toEqual([64 - (6 + 5), 64 - 5]);
  });

  test("given questions whether something exists or matches, then it does", () => {
    const kinds = [Kind.EXISTS, Kind.TYPE_EXISTS, Kind.MATCHES] as const;
    expect(resolve(kinds.map((kind) => [MOV, "task", "0:0", kind] as const))).toEqual([1, 1, 1]);
    expect(
      resolve([
        [MOV, "color", "1", Kind.ENUM_EXISTS],
        [MOV, "color", "1", Kind.ENUM_VALUE],
      ]),
    ).toEqual([1, 5]);
  });

  test("given types, then ids and sizes are the local ones", () => {
    const { task } = localTypes();
    const kinds = [Kind.ID_LOCAL, Kind.ID_TARGET, Kind.TYPE_SIZE] as const;
    expect(resolve(kinds.map((kind) => [MOV, "task", "0", kind] as const))).toEqual([task, task, 64]);
  });

  test("given what clang wrote for these types (fixtures/core.c), then resolving changes nothing", () => {
    const bytes = readFileSync(new URL("fixtures/core.o", import.meta.url));
    const file = new Uint8Array(bytes);
    for (const { section, code: linked } of parse(bytes).programs) {
      // The section's bytes stand in the file as the compiler left them: with the values of its own types.
      if (section !== "xdp/info") expect(Buffer.from(file).indexOf(linked)).toBeGreaterThan(0);
    }
  });

  // PREVAIL's words: src/io/elf_core_reloc.cpp.
  test.each<[string, Wanted, string, string]>([
    [
      "a member that is not there",
      [MOV, "task", "0:9", Kind.OFFSET],
      "no member 9",
      "CO-RE: struct member index 9 out of bounds (size 7) for access path 0:9",
    ],
    [
      "an element behind the end",
      [MOV, "task", "0:3:2", Kind.OFFSET],
      "element 2",
      "CO-RE: array index 2 out of bounds (size 2) for access path 0:3:2",
    ],
    [
      "a member of a number",
      [MOV, "task", "0:0:1", Kind.OFFSET],
      "kind int",
      "CO-RE: indexing into non-aggregate type",
    ],
    [
      "an enumerator of a struct",
      [MOV, "task", "1", Kind.ENUM_VALUE],
      "kind struct",
      "CO-RE enum relocation target is not enum/enum64",
    ],
    [
      "an enumerator that is not there",
      [MOV, "color", "7", Kind.ENUM_VALUE],
      "no enumerator 7",
      "CO-RE enum member index out of bounds",
    ],
  ])("given %s, then the object has a fault, in PREVAIL's words too", (_, wanted, message, verdict) => {
    expect(relocated([wanted]).faults).toEqual([
      {
        message: expect.stringContaining(message),
        verdict: `Unsupported or invalid CO-RE/BTF relocation data: ${verdict}`,
        section: "xdp",
        offset: 0,
      },
    ]);
  });

  test.each<[string, Wanted, string]>([
    ["a malformed path", [MOV, "task", "0:x", Kind.OFFSET], "malformed"],
    ["a kind that does not exist", [MOV, "task", "0", 13], "kind 13"],
  ])("given %s, then the object is refused", (_, wanted, message) => {
    expect(refusal(() => resolve([wanted])).message).toContain(message);
  });
});

describe("CO-RE against a target's types", () => {
  function target(): BtfWriter {
    const btf = new BtfWriter();
    const long = btf.int("unsigned long", 8);
    const int = btf.int("int", 4, 1);
    const place = btf.struct("place", 16, [
      ["z", long, 0],
      ["x", int, 64],
      ["y", int, 96],
    ]);
    const inner = btf.struct("", 8, [["low", int, 0]], 5);
    btf.struct("task", 128, [
      ["new", long, 0, 0],
      ["", inner, 64, 0],
      ["places", btf.array(place, 4), 128, 0],
      ["pid", btf.add(8, "pid_t", int), 640, 0],
      ["level", int, 686, 5],
      ["time", btf.int("unsigned int", 4), 704, 0],
    ]);
    btf.enumeration("color", { GREEN: 9, BLUE: 1 });
    return btf;
  }

  test("given fields that moved, then instructions follow them", () => {
    expect(
      resolve(
        [
          [LOAD, "task", "0:0", Kind.OFFSET],
          [LOAD, "task", "0:3:1:1", Kind.OFFSET],
          [LOAD, "task", "0:4:0", Kind.OFFSET],
          [MOV, "task", "0:0", Kind.SIZE],
          [MOV, "task", "0", Kind.TYPE_SIZE],
          [MOV, "color", "1", Kind.ENUM_VALUE],
        ],
        target(),
      ),
    ).toEqual(["0x61 80", "0x61 44", "0x61 8", 4, 128, 9]);
  });

  test("given an unsigned field that became narrower, then the load does too", () => {
    // 0x79 loads 8 bytes, 0x61 loads 4 (RFC 9669 section 5).
    expect(resolve([["7910770000000000", "task", "0:6", Kind.OFFSET]], target())).toEqual(["0x61 88"]);
  });

  test("given a bit-field, then offset, size and shifts agree on one load", () => {
    const kinds = [Kind.OFFSET, Kind.SIZE, Kind.LEFT, Kind.RIGHT] as const;
    const [offset, size, left, right] = resolve(
      kinds.map((kind) => [MOV, "task", "0:2", kind] as const),
      target(),
    ).map(Number);
    // Bits 686 to 691, counted from the least significant bit of the loaded bytes.
    expect([offset, size]).toEqual([84, 4]);
    expect((offset ?? 0) * 8 + 64 - (left ?? 0)).toBe(691);
    expect(right).toBe(64 - 5);
  });

  test("given what the target lacks, then questions are answered 0 and other uses are poisoned", () => {
    const empty = new BtfWriter();
    empty.int("int", 4, 1);
    const wanted: readonly Wanted[] = [
      [MOV, "task", "0:1", Kind.EXISTS],
      [MOV, "task", "0", Kind.TYPE_EXISTS],
      [MOV, "task", "0", Kind.TYPE_SIZE],
      [MOV, "task", "0", Kind.ID_TARGET],
      [MOV, "task", "0", Kind.MATCHES],
      [MOV, "color", "0", Kind.ENUM_EXISTS],
      [MOV, "task", "0:1", Kind.OFFSET],
      [MOV, "color", "0", Kind.ENUM_VALUE],
    ];
    const expected = [0, 0, 0, 0, 0, 0, "call 0xbad2310", "call 0xbad2310"];
    expect(resolve(wanted, empty)).toEqual(expected);
  });

  test("given a target type that lacks only one field, then the type exists, the field does not, and it does not match", () => {
    expect(
      resolve(
        [
          [MOV, "task", "0:5", Kind.EXISTS],
          [MOV, "task", "0:0", Kind.EXISTS],
          [MOV, "task", "0", Kind.TYPE_EXISTS],
          [MOV, "task", "0", Kind.MATCHES],
          [MOV, "color", "0", Kind.ENUM_EXISTS],
        ],
        target(),
      ),
    ).toEqual([0, 1, 1, 0, 0]);
  });

  test("given the local types as target, then everything matches", () => {
    expect(
      resolve(
        [
          [MOV, "task", "0", Kind.MATCHES],
          [MOV, "color", "0", Kind.MATCHES],
        ],
        localTypes().btf,
      ),
    ).toEqual([1, 1]);
  });

  // As libbpf 1.x answers: gcc, which compiles kernels, writes "short unsigned int" for clang's "unsigned short".
  test("given a number of the same size and sign but of another name, then the types do not match", () => {
    const { btf } = localTypes();
    const named = (name: string): BtfWriter => {
      const other = new BtfWriter();
      other.int(name, 4, 1);
      other.enumeration("color", { RED: 0, GREEN: 5 });
      other.struct("task", 4, [["pid", 1, 0]]);
      return other;
    };
    const task = btf.struct("task___small", 4, [["pid", 1, 0]]);
    const ext = writeCoreRelocations(btf, "xdp", [[0, task, "0", Kind.MATCHES]]);
    const file = writeElf({
      sections: [
        { name: "xdp", flags: CODE_FLAGS, bytes: code(MOV, EXIT) },
        { name: ".BTF", bytes: btf.bytes },
        { name: ".BTF.ext", bytes: ext },
      ],
    });
    const answer = (name: string) => parse(file, { btf: parseBtf(named(name).bytes) }).programs[0]?.code[4];
    expect([answer("int"), answer("signed int")]).toEqual([1, 0]);
  });

  test("given candidates that disagree, then the object is refused", () => {
    const btf = target();
    btf.struct("task___other", 4, [["pid", 2, 0]]);
    expect(relocated([[MOV, "task", "0:0", Kind.OFFSET]], btf).faults?.[0]?.message).toContain("disagree");
  });

  test("given a struct that contains itself twice, then comparing ends", () => {
    const btf = new BtfWriter();
    btf.struct("task", 8, [
      ["a", 1, 0],
      ["b", 1, 0],
    ]);
    expect(
      resolve(
        [
          [MOV, "task", "0:0", Kind.EXISTS],
          [MOV, "task", "0", Kind.MATCHES],
        ],
        btf,
      ),
    ).toEqual([0, 0]);
  });

  test("given a nameless struct inside itself, then looking for a member ends", () => {
    const btf = new BtfWriter();
    btf.struct("task", 8, [["", 2, 0]]);
    btf.struct("", 8, [
      ["", 2, 0],
      ["", 2, 0],
    ]);
    expect(refusal(() => quickly(() => resolve([[MOV, "task", "0:0", Kind.EXISTS]], btf))).message).toContain(
      "too many types",
    );
  });
});
