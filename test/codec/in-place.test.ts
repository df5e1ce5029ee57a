import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as door from "../../src/codec/index.ts";
import { btfCodec, type Codec, worksInPlace } from "../../src/codec/index.ts";
import type { BtfSpec } from "../../src/spec/index.ts";

const { u8, u32, u64, be16, f32, f64, bool, ipv4, ipv6, mac, text, bytes, array, perCpu, struct } = door;

/** Names as a hostile object file may have them, and as many members as a record of each kind of ours can have. */
const named = (count: number) =>
  struct(Object.fromEntries(Array.from({ length: count }, (_, i) => [i === 0 ? "__proto__" : `m${i}`, u32])));

const codecs: readonly (readonly [string, Codec<never>, fc.Arbitrary<unknown>])[] = [
  ["bool", bool, fc.boolean()],
  ["f32", f32, fc.float({ noNaN: true })],
  ["f64", f64, fc.double({ noNaN: true })],
  ["ipv4", ipv4, fc.ipV4()],
  ["ipv6", ipv6, fc.constantFrom("::", "::1", "2001:db8::ff00:42:8329", "::ffff:192.0.2.1")],
  ["mac", mac, fc.constantFrom("02:00:5e:10:00:00", "ff:ff:ff:ff:ff:ff", "00:0a:00:00:00:01")],
  ["text", text(20), fc.stringMatching(/^[ -~]{0,20}$/)],
  ["bytes", bytes(5), fc.uint8Array({ minLength: 5, maxLength: 5 })],
  ["array", array(u8, 3), fc.array(fc.nat(255), { minLength: 3, maxLength: 3 })],
  ["per-CPU", perCpu(u32, 3), fc.array(fc.nat(), { minLength: 3, maxLength: 3 })],
  [
    "struct with padding",
    struct({ flag: bool, count: u64, port: be16 }),
    fc.record({ flag: fc.boolean(), count: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), port: fc.nat(65_535) }),
  ],
] as unknown as readonly (readonly [string, Codec<never>, fc.Arbitrary<unknown>])[];

describe("codecs that work in place", () => {
  test.each(codecs)("%s writes all bytes of its own and no other, and what it read stays", (_, codec, values) => {
    expect(worksInPlace(codec)).toBe(true);
    fc.assert(
      fc.property(values, fc.nat(7), (value, offset) => {
        const written = [0x00, 0xff].map((filler) => {
          const around = new Uint8Array(offset + codec.size + 9).fill(filler);
          codec.encode(value as never, around, offset);
          expect([...around.subarray(0, offset), ...around.subarray(offset + codec.size)]).toEqual(
            new Array(offset + 9).fill(filler),
          );
          return around.slice(offset, offset + codec.size);
        });
        // Nothing shines through of what lay there before.
        expect(written[0]).toEqual(written[1]);
        const [lies] = written;
        const read = codec.decode(lies as Uint8Array, 0);
        lies?.fill(0xa5);
        expect(read).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });

  test.each([1, 5, 6, 16, 17, 40])("records of %i members have them in order, their own, and no prototype", (count) => {
    const codec = named(count);
    const words = Uint32Array.from({ length: count }, (_, i) => i * 7);
    const value = codec.decode(new Uint8Array(words.buffer), 0);
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value)).toEqual(Array.from({ length: count }, (_, i) => (i === 0 ? "__proto__" : `m${i}`)));
    expect(Object.values(value)).toEqual([...words]);
    const again = new Uint8Array(4 * count).fill(0xff);
    codec.encode(value, again, 0);
    expect(new Uint32Array(again.buffer)).toEqual(words);
  });

  test("given a struct of bit-fields, then bits of what lay there before are not kept", () => {
    const btf = {
      types: [
        { kind: "void" },
        { kind: "int", name: "unsigned int", size: 4, encoding: "unsigned", bits: 32, bitOffset: 0 },
        {
          kind: "struct",
          name: "flags",
          size: 4,
          members: [
            { name: "low", type: 1, bitOffset: 0, bitSize: 12 },
            { name: "high", type: 1, bitOffset: 16, bitSize: 9 },
          ],
        },
      ],
    } as unknown as BtfSpec;
    const codec = btfCodec(btf, 2);
    const around = new Uint8Array(4).fill(0xff);
    codec.encode({ low: 1, high: 2 }, around, 0);
    expect([...around]).toEqual([1, 0, 2, 0]);
  });
});
