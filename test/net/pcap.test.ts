import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidCaptureError } from "../../src/errors.ts";
import { readCapture } from "../../src/net/index.ts";
import { pcapFile } from "./pcap-file.ts";

const variants = [
  { name: "microseconds, little-endian", magic: 0xa1b2c3d4, littleEndian: true, unit: 1000n },
  { name: "microseconds, big-endian", magic: 0xa1b2c3d4, littleEndian: false, unit: 1000n },
  { name: "nanoseconds, little-endian", magic: 0xa1b23c4d, littleEndian: true, unit: 1n },
  { name: "nanoseconds, big-endian", magic: 0xa1b23c4d, littleEndian: false, unit: 1n },
];

const packet = fc.record({
  data: fc.uint8Array({ maxLength: 200 }),
  seconds: fc.nat(0xffffffff),
  fraction: fc.nat(999_999),
  originalLength: fc.nat(70_000),
});
const example = { data: Uint8Array.of(1, 2, 3), seconds: 5, fraction: 7, originalLength: 60 };

describe("pcap", () => {
  test.each(variants)(
    "given a file in $name, when read, then every packet is as written",
    ({ magic, littleEndian, unit }) => {
      fc.assert(
        fc.property(fc.array(packet), (packets) => {
          const capture = readCapture(pcapFile(packets, magic, littleEndian));
          expect(capture).toMatchObject({ format: "pcap", linkType: 1, packets: packets.length, truncated: false });
          const expected = packets.map(({ data, seconds, fraction, originalLength }) => ({
            data,
            timestamp: BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * unit,
            originalLength,
            interface: 0,
          }));
          const read = [...capture].map((found) => ({
            data: found.data,
            timestamp: found.timestamp,
            originalLength: found.originalLength,
            interface: found.interface,
          }));
          expect(read).toEqual(expected);
        }),
        { numRuns: 50 },
      );
    },
  );

  test("given a file, when iterated twice, then both times from the start", () => {
    const capture = readCapture(pcapFile([example, example], 0xa1b2c3d4, true));
    expect([...capture].length).toBe(2);
    expect([...capture].length).toBe(2);
  });

  test("given a file inside a larger buffer, when read, then its packets are views and not copies", () => {
    const file = pcapFile([example], 0xa1b2c3d4, true);
    const buffer = new Uint8Array(file.length + 9);
    buffer.set(file, 5);
    const [first] = readCapture(buffer.subarray(5, 5 + file.length));
    expect(first?.data).toEqual(example.data);
    expect(first?.data.buffer).toBe(buffer.buffer);
  });

  test("given a link type that is not Ethernet, when read, then it is told", () => {
    expect(readCapture(pcapFile([], 0xa1b2c3d4, true, 101)).linkType).toBe(101);
  });

  test("given a file cut anywhere in its last packet, when read, then the whole ones come and it is truncated", () => {
    const file = pcapFile([example, example], 0xa1b2c3d4, true);
    const second = 24 + 16 + 3;
    for (let length = second + 1; length < file.length; length++) {
      const capture = readCapture(file.subarray(0, length));
      expect([length, capture.packets, capture.truncated]).toEqual([length, 1, true]);
      expect([...capture].length).toBe(1);
    }
    expect(readCapture(file.subarray(0, second)).truncated).toBe(false);
  });

  test("given a packet that claims 4 GiB, when read, then refused at the byte that says so", () => {
    const file = pcapFile([example, example], 0xa1b2c3d4, true);
    file.fill(0xff, 24 + 19 + 8, 24 + 19 + 12);
    expect(() => readCapture(file)).toThrowError(
      expect.objectContaining({ code: "EBPF_INVALID_CAPTURE", offset: 24 + 19 + 8 }),
    );
  });

  test.each([
    ["nothing", new Uint8Array(0)],
    ["three bytes", Uint8Array.of(0xd4, 0xc3, 0xb2)],
    ["a header cut short", pcapFile([], 0xa1b2c3d4, true).subarray(0, 23)],
    ["an object file", Uint8Array.from("\x7fELF and more", (letter) => letter.charCodeAt(0))],
    ["something compressed", Uint8Array.of(0x1f, 0x8b, 8, 0, 0)],
  ])("given %s, when read, then refused as no capture", (_, bytes) => {
    expect(() => readCapture(bytes)).toThrowError(InvalidCaptureError);
  });
});
