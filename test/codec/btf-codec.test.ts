import { describe, expect, test } from "vitest";
import { btfCodec, btfTypeName, decodeValue, encodeValue, enumeratorNames } from "../../src/codec/index.ts";
import type { BtfMember, BtfSpec, BtfType } from "../../src/spec/index.ts";

type Encoding = "unsigned" | "signed" | "char" | "bool";

const int = (name: string, size: number, encoding: Encoding, bits = 8 * size): BtfType => ({
  kind: "int",
  name,
  size,
  bits,
  bitOffset: 0,
  encoding,
});
const member = (name: string, type: number, bitOffset: number, bitSize = 0): BtfMember => ({
  name,
  type,
  bitOffset,
  bitSize,
});
const aggregate = (kind: "struct" | "union", name: string, size: number, members: BtfMember[]): BtfType => ({
  kind,
  name,
  size,
  members,
});
const struct = (name: string, size: number, members: BtfMember[]): BtfType => aggregate("struct", name, size, members);
const union = (name: string, size: number, members: BtfMember[]): BtfType => aggregate("union", name, size, members);
const array = (type: number, length: number): BtfType => ({ kind: "array", type, indexType: 1, length });

const U32 = 1;
const U64 = 2;
const CHAR = 3;
const U8 = 4;
const I32 = 5;
const BOOL = 6;
const U16 = 7;
const NEXT = 8;

/** The base types with these ids, then `types` from id `NEXT` on. */
const btfOf = (...types: BtfType[]): BtfSpec => ({
  types: [
    { kind: "void" },
    int("unsigned int", 4, "unsigned"),
    int("unsigned long long", 8, "unsigned"),
    int("char", 1, "signed"),
    int("unsigned char", 1, "unsigned"),
    int("int", 4, "signed"),
    int("_Bool", 1, "bool"),
    int("unsigned short", 2, "unsigned"),
    ...types,
  ],
});

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const decode = (btf: BtfSpec, id: number, hex: string): unknown => decodeValue(btfCodec(btf, id), bytes(hex));
const encode = (btf: BtfSpec, id: number, value: unknown): string =>
  Buffer.from(encodeValue(btfCodec(btf, id), value)).toString("hex");

describe("integers", () => {
  test("up to 32 bits are numbers, wider ones bigints", () => {
    const btf = btfOf(int("__int128", 16, "signed"), int("unsigned __int128", 16, "unsigned"));
    expect(decode(btf, U32, "ffffffff")).toBe(0xffff_ffff);
    expect(decode(btf, I32, "ffffffff")).toBe(-1);
    expect(decode(btf, U64, "ffffffffffffffff")).toBe(2n ** 64n - 1n);
    expect(decode(btf, NEXT, "ff".repeat(16))).toBe(-1n);
    expect(decode(btf, NEXT + 1, "ff".repeat(16))).toBe(2n ** 128n - 1n);
    expect(encode(btf, NEXT, -2n)).toBe(`fe${"ff".repeat(15)}`);
  });

  test("the bits of _BitInt beyond its width are padding", () => {
    const btf = btfOf(int("_BitInt(24)", 4, "signed", 24), int("unsigned _BitInt(48)", 8, "unsigned", 48));
    expect(decode(btf, NEXT, "ffffffaa")).toBe(-1);
    expect(encode(btf, NEXT, -1)).toBe("ffffff00");
    expect(decode(btf, NEXT + 1, "010000000080ffff")).toBe(0x8000_0000_0001n);
    expect(() => encode(btf, NEXT, 2 ** 23)).toThrow(/does not fit/);
  });

  test("bool, pointers and floats", () => {
    const btf = btfOf(
      { kind: "ptr", type: NEXT },
      { kind: "float", name: "double", size: 8 },
      { kind: "float", name: "float", size: 4 },
      { kind: "float", name: "long double", size: 16 },
    );
    expect(decode(btf, BOOL, "01")).toBe(true);
    expect(encode(btf, BOOL, false)).toBe("00");
    expect(decode(btf, NEXT, "0000000001000000")).toBe(2n ** 32n);
    expect(decode(btf, NEXT + 1, "000000000000f03f")).toBe(1);
    expect(decode(btf, NEXT + 2, "0000803f")).toBe(1);
    expect(decode(btf, NEXT + 3, "01".repeat(16))).toEqual(new Uint8Array(16).fill(1));
  });

  test.each([
    [0, 8],
    [17, 8],
    [4, 33],
    [4, 0],
  ])("an integer of %d bytes and %d bits is refused", (size, bits) => {
    expect(() => btfCodec(btfOf(int("odd", size, "unsigned", bits)), NEXT)).toThrow(/BTF has an integer/);
  });
});

describe("enumerations", () => {
  const btf = btfOf(
    {
      kind: "enum",
      name: "state",
      size: 4,
      signed: false,
      values: [
        { name: "CLOSED", value: 0n },
        { name: "OPEN", value: 2n },
        { name: "ALSO_OPEN", value: 2n },
        { name: "__proto__", value: 3n },
      ],
    },
    { kind: "enum64", name: "big", size: 8, signed: true, values: [{ name: "LOW", value: -(2n ** 40n) }] },
  );

  test("decode to numbers by size and encode from numbers or names", () => {
    expect(decode(btf, NEXT, "02000000")).toBe(2);
    expect(decode(btf, NEXT + 1, "0000000000ffffff")).toBe(-(2n ** 40n));
    expect(encode(btf, NEXT, "OPEN")).toBe("02000000");
    expect(encode(btf, NEXT, "__proto__")).toBe("03000000");
    expect(encode(btf, NEXT, 77)).toBe("4d000000");
    expect(encode(btf, NEXT + 1, "LOW")).toBe("0000000000ffffff");
    expect(() => encode(btf, NEXT, "constructor")).toThrow('enum state has no enumerator "constructor"');
  });

  test("names are found by decoded value, the first of several", () => {
    expect(enumeratorNames(btf, NEXT).get(2)).toBe("OPEN");
    expect(enumeratorNames(btf, NEXT + 1).get(-(2n ** 40n))).toBe("LOW");
    expect(() => enumeratorNames(btf, U32)).toThrow(/no enumeration/);
  });
});

describe("arrays", () => {
  test("of char are text where they hold text, and bytes where they do not", () => {
    const btf = btfOf(array(CHAR, 6));
    for (const [hex, value] of [
      ["657468300000", "eth0"],
      ["000000000000", ""],
      ["657468303030", "eth000"],
      ["657400300000", new Uint8Array([0x65, 0x74, 0, 0x30, 0, 0])],
      ["ff0000000000", new Uint8Array([0xff, 0, 0, 0, 0, 0])],
      ["efbbbf410000", "\ufeffA"],
    ] as const) {
      expect(decode(btf, NEXT, hex)).toEqual(value);
      expect(encode(btf, NEXT, value)).toBe(hex);
    }
    expect(() => encode(btf, NEXT, "too long")).toThrow(/does not fit in char\[6\]/);
    expect(() => encode(btf, NEXT, [1, 2])).toThrow(/takes a string/);
  });

  test("of unsigned char, behind typedefs too, are bytes", () => {
    const btf = btfOf(array(NEXT + 1, 6), { kind: "typedef", name: "__u8", type: U8 });
    expect(decode(btf, NEXT, "02005e100000")).toEqual(new Uint8Array([2, 0, 0x5e, 0x10, 0, 0]));
    expect(btfTypeName(btf, NEXT)).toBe("__u8[6]");
  });

  test("of several dimensions nest as in C", () => {
    const btf = btfOf(array(U16, 3), array(NEXT, 2));
    expect(btfTypeName(btf, NEXT + 1)).toBe("unsigned short[2][3]");
    expect(decode(btf, NEXT + 1, "010002000300 040005000600")).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(() =>
      encode(btf, NEXT + 1, [
        [1, 2, 3],
        [4, 5, -6],
      ]),
    ).toThrow("value[1][2]: -6 does not fit in u16");
  });

  test("without elements have none", () => {
    const btf = btfOf(array(U32, 0));
    expect(decode(btf, NEXT, "")).toEqual([]);
  });
});

describe("structs", () => {
  // struct flow { __u32 address; __u16 port; /* 2 */ union { __u64 whole; struct { __u32 low, high; }; }; };
  const flow = btfOf(
    struct("flow", 16, [member("address", U32, 0), member("port", U16, 32), member("", NEXT + 1, 64)]),
    union("", 8, [member("whole", U64, 0), member("", NEXT + 2, 0)]),
    struct("", 8, [member("low", U32, 0), member("high", U32, 32)]),
  );

  test("members of anonymous structs and unions belong to the struct around them", () => {
    const value = decode(flow, NEXT, "01000000 0200 ffff 03000000 04000000");
    expect(value).toEqual({ address: 1, port: 2, whole: 0x4_0000_0003n, low: 3, high: 4 });
    expect(Object.getPrototypeOf(value)).toBeNull();
  });

  test("a union takes one member, a struct inside it all of its members", () => {
    expect(encode(flow, NEXT, { address: 1, port: 2, whole: 5n })).toBe("01000000020000000500000000000000");
    expect(encode(flow, NEXT, { address: 1, port: 2, low: 3, high: 4 })).toBe("01000000020000000300000004000000");
    expect(() => encode(flow, NEXT, { address: 1, port: 2, low: 3 })).toThrow("value.high: is missing");
    expect(() => encode(flow, NEXT, { address: 1, port: 2 })).toThrow('needs one of "whole", "low"');
  });

  test("a decoded value encodes as it is; one whose members contradict each other does not", () => {
    const hex = "01000000020000000300000004000000";
    const value = decode(flow, NEXT, hex) as Record<string, unknown>;
    expect(encode(flow, NEXT, value)).toBe(hex);
    expect(() => encode(flow, NEXT, { ...value, low: 9 })).toThrow(/contradict each other/);
  });

  test("members of a union that differ in size and padding agree where their bytes do", () => {
    // union { struct { __u8 kind; /* 3 */ __u32 id; } header; __u8 raw[8]; }
    const btf = btfOf(
      union("frame", 8, [member("header", NEXT + 1, 0), member("raw", NEXT + 2, 0)]),
      struct("", 8, [member("kind", U8, 0), member("id", U32, 32)]),
      array(U8, 8),
    );
    const hex = "01aabbcc02000000";
    expect(encode(btf, NEXT, decode(btf, NEXT, hex))).toBe(hex);
    expect(encode(btf, NEXT, { header: { kind: 1, id: 2 } })).toBe("0100000002000000");
  });

  test("members of a union that lose bits when decoded leave the word to those that do not", () => {
    const btf = btfOf(
      union("u", 1, [member("flag", BOOL, 0), member("raw", U8, 0)]),
      union("v", 4, [member("ratio", NEXT + 2, 0), member("raw", U32, 0)]),
      { kind: "float", name: "float", size: 4 },
    );
    // A bool that is 2, and a NaN with a payload (IEEE 754, 6.2.1).
    for (const [id, hex] of [
      [NEXT, "02"],
      [NEXT + 1, "2a00c07f"],
      [NEXT + 1, "2a00807f"],
    ] as const) {
      expect(encode(btf, id, decode(btf, id, hex))).toBe(hex);
    }
    expect(() => encode(btf, NEXT, { flag: false, raw: 2 })).toThrow(/contradict/);
  });

  test("bit-fields keep to their bits", () => {
    // struct { unsigned a:3; int b:5; _Bool c:1; unsigned long long d:40; } as clang lays it out: d begins at bit 9.
    const btf = btfOf(
      struct("bits", 8, [
        member("a", U32, 0, 3),
        member("b", I32, 3, 5),
        member("c", BOOL, 8, 1),
        member("d", U64, 9, 40),
      ]),
    );
    const value = { a: 5, b: -3, c: true, d: 0xab_cdef_0123n };
    const expected = 5n | (29n << 3n) | (1n << 8n) | (0xab_cdef_0123n << 9n);
    const hex = Buffer.from(new BigUint64Array([expected]).buffer).toString("hex");
    expect(encode(btf, NEXT, value)).toBe(hex);
    expect(decode(btf, NEXT, hex)).toEqual(value);
    expect(() => encode(btf, NEXT, { ...value, a: 8 })).toThrow("value.a: 8 does not fit in unsigned int:3");
    expect(() => encode(btf, NEXT, { ...value, c: 1 })).toThrow("value.c: _Bool:1 takes true or false, not 1");
  });

  test("32 bits across five bytes are no problem", () => {
    const btf = btfOf(struct("s", 8, [member("low", U32, 0, 7), member("x", U32, 7, 32), member("rest", U64, 39, 25)]));
    const value = { low: 0x55, x: 0xdead_beef, rest: 0x1ff_ffff };
    expect(decodeValue(btfCodec(btf, NEXT), encodeValue(btfCodec(btf, NEXT), value))).toEqual(value);
  });

  test("hostile names are ordinary names, and members of one name are told apart", () => {
    const names = ["__proto__", "x", "x", "x#2", "constructor"];
    const btf = btfOf(
      struct(
        "s",
        5,
        names.map((name, index) => member(name, U8, 8 * index)),
      ),
    );
    const value = decode(btf, NEXT, "0102030405");
    expect(Object.entries(value as object)).toEqual([
      ["__proto__", 1],
      ["x", 2],
      ["x#3", 3],
      ["x#2", 4],
      ["constructor", 5],
    ]);
    expect(encode(btf, NEXT, value)).toBe("0102030405");
  });

  test("a data section is a struct of its variables", () => {
    const btf = btfOf(
      {
        kind: "datasec",
        name: ".bss",
        size: 16,
        variables: [
          { type: NEXT + 1, offset: 0, size: 4 },
          { type: NEXT + 2, offset: 8, size: 8 },
        ],
      },
      { kind: "var", name: "rate", type: NEXT + 3, linkage: 1 },
      { kind: "var", name: "total", type: U64, linkage: 0 },
      { kind: "const", type: U32 },
    );
    expect(decode(btf, NEXT, "04000000000000000500000000000000")).toEqual({ rate: 4, total: 5n });
  });
});

describe("broken and boundless BTF", () => {
  const refuse = (btf: BtfSpec, id: number, message: RegExp): void => {
    const start = performance.now();
    expect(() => btfCodec(btf, id)).toThrow(message);
    expect(performance.now() - start).toBeLessThan(2000);
  };

  test("types without values are not supported", () => {
    const btf = btfOf(
      { kind: "fwd", name: "task", union: false },
      { kind: "func_proto", returnType: 0, parameters: [] },
      { kind: "func", name: "f", type: NEXT + 1, linkage: 0 },
    );
    for (const id of [0, NEXT, NEXT + 1, NEXT + 2]) refuse(btf, id, /has no size and no values/);
  });

  test("ids that lead nowhere, to themselves or in circles are refused", () => {
    refuse(btfOf(), 99, /no type 99/);
    refuse(btfOf(), -1, /no type -1/);
    refuse(btfOf({ kind: "typedef", name: "t", type: NEXT }), NEXT, /a name for itself/);
    refuse(btfOf(struct("s", 8, [member("self", NEXT, 0)])), NEXT, /contains itself/);
    refuse(btfOf(struct("s", 8, [member("", NEXT, 0)])), NEXT, /contains itself/);
    refuse(btfOf(array(NEXT, 2)), NEXT, /contains itself/);
  });

  test("a struct may hold a pointer to itself", () => {
    const btf = btfOf(struct("node", 8, [member("next", NEXT + 1, 0)]), { kind: "ptr", type: NEXT });
    expect(decode(btf, NEXT, "0100000000000000")).toEqual({ next: 1n });
  });

  test("members outside their struct are refused", () => {
    refuse(btfOf(struct("s", 4, [member("x", U64, 0)])), NEXT, /lies outside struct s/);
    refuse(btfOf(struct("s", 4, [member("x", U32, 30, 3)])), NEXT, /lies outside struct s/);
    refuse(btfOf(struct("s", 4, [member("x", NEXT + 1, 4)]), struct("t", 1, [])), NEXT, /bit-field of no integer/);
    refuse(btfOf(struct("s", 2 ** 31, [])), NEXT, /too large/);
  });

  test("few bytes that stand for endless members are refused", () => {
    const empty = struct("empty", 0, []);
    refuse(btfOf(empty, array(NEXT, 2 ** 32 - 1)), NEXT + 1, /more than 1048576 members/);
    const doubling = (name: string): BtfSpec =>
      btfOf(
        ...Array.from({ length: 60 }, (_, level) =>
          union("u", 8, [member(name && "a", NEXT + level + 1, 0), member(name && "b", NEXT + level + 1, 0)]),
        ),
        union("u", 8, [member("x", U64, 0)]),
      );
    refuse(doubling("named"), NEXT, /more than 1048576 members/);
    refuse(doubling(""), NEXT, /more than 1048576 members/);
    const deep = Array.from({ length: 500 }, (_, level) => struct("s", 8, [member("x", NEXT + level + 1, 0)]));
    refuse(btfOf(...deep, struct("s", 8, [])), NEXT, /nested more than 64 deep/);
  });
});

test("type names are C's", () => {
  const btf = btfOf(
    { kind: "ptr", type: NEXT + 1 },
    { kind: "const", type: NEXT + 2 },
    struct("flow", 0, []),
    union("", 0, []),
    { kind: "typedef", name: "flow_t", type: NEXT + 2 },
    { kind: "ptr", type: NEXT + 6 },
    { kind: "const", type: NEXT + 5 },
  );
  expect(btfTypeName(btf, NEXT)).toBe("struct flow *");
  expect(btfTypeName(btf, NEXT + 3)).toBe("union");
  expect(btfTypeName(btf, NEXT + 4)).toBe("flow_t");
  expect(btfTypeName(btf, NEXT + 5)).toMatch(/^\?/);
  expect(btfTypeName(btf, 999)).toBe("?");
});
