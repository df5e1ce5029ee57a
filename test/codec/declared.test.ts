import { SocketAddress } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  array,
  be16,
  bool,
  bytes,
  type Codec,
  CodecError,
  decodeValue,
  encodeValue,
  f32,
  f64,
  ipv4,
  ipv6,
  mac,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
} from "../../src/codec/index.ts";

const roundTrip = <T>(codec: Codec<T>, value: T): T => decodeValue(codec, encodeValue(codec, value));

describe("bool", () => {
  test("any byte but zero is true, and true is one", () => {
    expect([0, 1, 2, 255].map((byte) => bool.decode(new Uint8Array([byte]), 0))).toEqual([false, true, true, true]);
    expect(encodeValue(bool, true)).toEqual(new Uint8Array([1]));
    expect(() => encodeValue<unknown>(bool, 1)).toThrow("bool takes true or false, not 1");
  });
});

describe("floats", () => {
  test("doubles and singles come back, NaN and infinities too", () => {
    for (const value of [0, -0, 1.5, Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(roundTrip(f64, value)).toBe(value);
      expect(roundTrip(f32, value)).toBe(value);
    }
    expect(encodeValue(f64, 1)).toEqual(new Uint8Array([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]));
    expect(roundTrip(f32, 0.1)).toBe(Math.fround(0.1));
    expect(() => encodeValue<unknown>(f64, 1n)).toThrow(/takes a number/);
  });
});

describe("bytes", () => {
  test("are copied both ways, out of a Buffer too", () => {
    const source = Buffer.from([1, 2, 3, 4]);
    const value = bytes(2).decode(source, 1);
    source.fill(9);
    expect(value).toEqual(new Uint8Array([2, 3]));
    const target = new Uint8Array(4);
    bytes(2).encode(value, target, 1);
    value.fill(7);
    expect(target).toEqual(new Uint8Array([0, 2, 3, 0]));
  });

  test.each([[new Uint8Array(3)], ["ab"], [[1, 2]]])("%o is refused for two bytes", (value) => {
    expect(() => encodeValue<unknown>(bytes(2), value)).toThrow(/takes a Uint8Array of 2 bytes/);
  });

  test.each([[-1], [1.5], [Number.NaN], [2 ** 40]])("%d is no number of bytes", (size) => {
    expect(() => bytes(size)).toThrow(/a number of bytes/);
  });
});

describe("text", () => {
  test("is padded with NULs, and one that fills the field needs none", () => {
    expect(encodeValue(text(6), "eth0")).toEqual(new Uint8Array([0x65, 0x74, 0x68, 0x30, 0, 0]));
    expect(roundTrip(text(4), "eth0")).toBe("eth0");
    expect(roundTrip(text(4), "")).toBe("");
    expect(roundTrip(text(8), "grün\u{1f980}".slice(0, 4))).toBe("grün");
  });

  test("any well-formed text without NUL comes back", () => {
    const characters = fc.string({ unit: "binary", maxLength: 80 }).filter((value) => !value.includes("\0"));
    fc.assert(
      fc.property(characters, (value) => {
        expect(roundTrip(text(320), value)).toBe(value);
      }),
    );
  });

  test("what would not come back is refused", () => {
    expect(() => encodeValue(text(3), "grün")).toThrow('"grün" takes 5 bytes as UTF-8 and does not fit in char[3]');
    expect(() => encodeValue(text(8), "a\0b")).toThrow(/holds a NUL/);
    expect(() => encodeValue(text(8), "\ud83e")).toThrow(/surrogate/);
    expect(() => text(2).decode(new Uint8Array([0xff, 0]), 0)).toThrow(/not UTF-8/);
    expect(() => text(3).decode(new Uint8Array([65, 0, 65]), 0)).toThrow(/padded/);
  });
});

describe("addresses", () => {
  test("IPv4 is in network order", () => {
    expect(encodeValue(ipv4, "192.0.2.1")).toEqual(new Uint8Array([192, 0, 2, 1]));
    expect(roundTrip(ipv4, "255.255.255.255")).toBe("255.255.255.255");
  });

  test.each(["", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", "0x1.2.3.4"])("%o is no IPv4", (wrong) => {
    expect(() => encodeValue(ipv4, wrong)).toThrow(/is not an IPv4 address/);
  });

  // RFC 5952, sections 1, 4 and 5.
  test.each([
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0DB8::0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["::", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.1"],
    ["0:0:0:0:0:ffff:c000:201", "::ffff:192.0.2.1"],
  ])("%s reads back as %s", (given, expected) => {
    expect(roundTrip(ipv6, given)).toBe(expected);
  });

  test("IPv6 texts are those of the system's inet_ntop", () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (some) => {
        const full = some.map((group) => group.toString(16)).join(":");
        const { address } = new SocketAddress({ address: full, family: "ipv6" });
        // inet_ntop also dots the long-deprecated ::a.b.c.d form (RFC 4291, 2.5.5.1).
        fc.pre(!address.startsWith("::") || !address.includes("."));
        expect(roundTrip(ipv6, full)).toBe(address);
      }),
    );
  });

  test.each([
    "",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::g",
    "12345::",
    ":1",
    "1:",
    "1.2.3.4::",
    "fe80::1%eth0",
  ])("%o is no IPv6", (wrong) => {
    expect(() => encodeValue(ipv6, wrong)).toThrow(/is not an IPv6 address/);
  });

  test("Ethernet addresses take both separators", () => {
    expect(encodeValue(mac, "02:00:5E:10:00:ff")).toEqual(new Uint8Array([2, 0, 0x5e, 0x10, 0, 0xff]));
    expect(roundTrip(mac, "02-00-5E-10-00-FF")).toBe("02:00:5e:10:00:ff");
    for (const wrong of ["02:00:5e:10:00", "02:00-5e:10:00:00", "0200.5e10.0000"]) {
      expect(() => encodeValue(mac, wrong)).toThrow(/is not an Ethernet address/);
    }
  });
});

describe("arrays", () => {
  test("lie one element behind the other, the outer dimension first", () => {
    const codec = array(array(u16, 2), 3);
    expect(codec.name).toBe("u16[3][2]");
    const value = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    expect(encodeValue(codec, value)).toEqual(new Uint8Array([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]));
    expect(roundTrip(codec, value)).toEqual(value);
  });

  test("the wrong element is named", () => {
    expect(() => encodeValue(array(u8, 3), [1, 2, 300])).toThrow("value[2]: 300 does not fit in u8");
    expect(() => encodeValue(array(u8, 3), [1, 2])).toThrow("u8[3] takes an array of 3, not an array of 2");
  });
});

describe("structs", () => {
  // The layout rules of C on every 64-bit ABI that eBPF runs on.
  const stats = struct({ kind: u8, packets: u64, port: be16, flags: array(u8, 3) });

  test("members are aligned and the size is rounded up", () => {
    expect(stats.size).toBe(24);
    expect(stats.align).toBe(8);
    const encoded = encodeValue(stats, { kind: 1, packets: 2n, port: 0x1234, flags: [7, 8, 9] });
    expect(Buffer.from(encoded).toString("hex")).toBe("010000000000000002000000000000001234070809000000");
  });

  test("packed ones have no padding", () => {
    const packed = struct({ kind: u8, packets: u64, port: be16 }, { packed: true });
    expect(packed.size).toBe(11);
    expect(packed.align).toBe(1);
    expect(Buffer.from(encodeValue(packed, { kind: 1, packets: 2n, port: 3 })).toString("hex")).toBe(
      "0102000000000000000003",
    );
  });

  test("padding is zeroed, so that equal keys are equal bytes", () => {
    const target = new Uint8Array(24).fill(0xee);
    stats.encode({ kind: 0, packets: 0n, port: 0, flags: [0, 0, 0] }, target, 0);
    expect(target).toEqual(new Uint8Array(24));
  });

  test("a wrong member is named by its path", () => {
    const codec = struct({ stats: array(struct({ bytes: u8 }), 4), "odd name": u8 });
    const good = { bytes: 1 };
    const value = { stats: [good, good, good, { bytes: 300 }], "odd name": 1 };
    expect(() => encodeValue(codec, value)).toThrow("value.stats[3].bytes: 300 does not fit in u8");
    expect(() => encodeValue(codec, value, "key")).toThrow("key.stats[3].bytes: 300 does not fit in u8");
    expect(() => encodeValue(codec, { stats: [good, good, good, good], "odd name": -1 })).toThrow(
      'value["odd name"]: -1',
    );
    try {
      encodeValue(codec, value);
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError);
      expect(error).toMatchObject({ code: "EBPF_INVALID_ARGUMENT", path: ["stats", 3, "bytes"] });
    }
  });

  test("missing and surplus members are refused", () => {
    const codec: Codec<unknown> = struct({ a: u8, b: u8 });
    expect(() => encodeValue(codec, { a: 1 })).toThrow("value.b: is missing");
    expect(() => encodeValue(codec, { a: 1, b: 2, c: 3 })).toThrow('has no member "c"');
    for (const wrong of [null, 1, "a", [1, 2], new Uint8Array(2)]) {
      expect(() => encodeValue(codec, wrong)).toThrow(/takes an object/);
    }
  });

  test("names of Object.prototype are ordinary names", () => {
    const codec = struct(
      Object.fromEntries(["__proto__", "constructor", "then", "toString"].map((name) => [name, u8])),
    );
    const value = codec.decode(new Uint8Array([1, 2, 3, 4]), 0);
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.entries(value)).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
      ["then", 3],
      ["toString", 4],
    ]);
    expect(encodeValue(codec, value)).toEqual(new Uint8Array([1, 2, 3, 4]));
    expect(() => encodeValue<unknown>(codec, {})).toThrow(/__proto__: is missing/);
    expect(() => encodeValue<unknown>(struct({ constructor: u8 }), {})).toThrow("value.constructor: is missing");
  });

  test("names that JavaScript would reorder are refused", () => {
    expect(() => struct({ b: u8, 0: u32 })).toThrow(/reorders/);
  });

  test("decoded values share no memory with the bytes", () => {
    const codec = struct({ raw: bytes(2) });
    const source = new Uint8Array([1, 2]);
    const value = codec.decode(source, 0);
    source.fill(0);
    expect(value.raw).toEqual(new Uint8Array([1, 2]));
  });
});

test("given bytes of another size, then decodeValue refuses", () => {
  expect(() => decodeValue(u32, new Uint8Array(5), "key")).toThrow("key: u32 takes 4 bytes, not 5");
});
