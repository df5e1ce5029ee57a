import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EbpfError } from "../../src/errors.ts";
import { CaptureWriter, readCapture } from "../../src/net/index.ts";
import { pcapFile } from "./pcap-file.ts";

const packets = fc.array(
  fc.record({
    data: fc.uint8Array({ maxLength: 100 }),
    timestamp: fc.bigInt({ min: 0n, max: 0xffff_ffffn * 1_000_000_000n + 999_999_999n }),
    originalLength: fc.nat(70_000),
  }),
);

describe("a capture writer", () => {
  test.each([
    ["nanoseconds", 1n],
    ["microseconds", 1000n],
  ] as const)("given packets, when written in %s and read, then they are the same", (resolution, unit) => {
    fc.assert(
      fc.property(packets, (written) => {
        const writer = new CaptureWriter({ resolution });
        for (const { data, timestamp, originalLength } of written) writer.write(data, timestamp, originalLength);
        expect(writer.packets).toBe(written.length);
        const read = [...readCapture(Buffer.concat(writer.drain()))];
        expect(read.map(({ data }) => [...data])).toEqual(written.map(({ data }) => [...data]));
        expect(read.map(({ timestamp }) => timestamp)).toEqual(
          written.map(({ timestamp }) => timestamp - (timestamp % unit)),
        );
        expect(read.map(({ originalLength }) => originalLength)).toEqual(
          written.map(({ originalLength }) => originalLength),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("given a packet, when written, then the bytes are what the format's draft says", () => {
    const writer = new CaptureWriter({ resolution: "microseconds" });
    writer.write(Uint8Array.of(1, 2, 3), 5_000_007_999n, 60);
    const expected = pcapFile(
      [{ data: Uint8Array.of(1, 2, 3), seconds: 5, fraction: 7, originalLength: 60 }],
      0xa1b2c3d4,
      true,
    );
    new DataView(expected.buffer).setUint32(16, 262_144, true);
    expect(Buffer.concat(writer.drain())).toEqual(Buffer.from(expected));
  });

  test("given more than a chunk, when drained in between, then the pieces make one file", () => {
    const writer = new CaptureWriter();
    const pieces: Uint8Array[] = [];
    const data = new Uint8Array(1500);
    for (let count = 0; count < 2000; count++) {
      writer.write(data, BigInt(count));
      if (count % 700 === 0) pieces.push(...writer.drain());
    }
    pieces.push(...writer.drain());
    expect(writer.drain()).toEqual([]);
    expect(readCapture(Buffer.concat(pieces))).toMatchObject({ packets: 2000, truncated: false });
  });

  test("given pieces that came back, when written over, then those drained later are whole", () => {
    const writer = new CaptureWriter();
    const pieces: Buffer[] = [];
    for (let count = 0; count < 3000; count++) {
      const at = writer.reserve(1500, { seconds: count, nanoseconds: 0 }, 1500);
      writer.view.setUint8(at, count % 251);
      writer.view.setUint8(at + 1499, count % 13);
      if (count % 700 !== 699) continue;
      const drained = writer.drain();
      pieces.push(Buffer.concat(drained));
      writer.reuse(drained);
    }
    const read = [...readCapture(Buffer.concat([...pieces, ...writer.drain()]))];
    expect(read.map(({ data }) => [data.length, data[0], data[1499]])).toEqual(
      Array.from({ length: 3000 }, (_, count) => [1500, count % 251, count % 13]),
    );
  });

  test.each([
    ["a packet larger than the format holds", new Uint8Array(262_145), 0n],
    ["a time before 1970", new Uint8Array(1), -1n],
    ["a time after 2106", new Uint8Array(1), 0x1_0000_0000n * 1_000_000_000n],
  ])("given %s, when written, then refused", (_, data, timestamp) => {
    expect(() => new CaptureWriter().write(data, timestamp)).toThrowError(EbpfError);
  });
});
