import { describe, expect, test } from "vitest";
import { CaptureReader, type CaptureSource, readCapture } from "../../src/net/index.ts";
import { pcapFile } from "./pcap-file.ts";
import { PcapngFile } from "./pcapng-file.ts";

/** What the reader reads at once: files are made so that packets lie across and at these places. */
const WINDOW = 1 << 20;
const SECOND = 1_000_000_000n;

/** Gives bytes in pieces as large as `most`, and fails from offset `broken` on. */
const source = (bytes: Uint8Array, most = Number.POSITIVE_INFINITY, broken = bytes.length): CaptureSource => ({
  size: bytes.length,
  read: async (into, offset) => {
    if (offset > broken) throw new Error("the disk is gone");
    const piece = bytes.subarray(offset, offset + Math.min(into.length, most));
    into.set(piece);
    return piece.length;
  },
});

/** Lengths, first bytes and times of all packets. */
const readAll = async (from: CaptureSource) => {
  const reader = await CaptureReader.open(from);
  const packets: (readonly [number, number, bigint])[] = [];
  while (await reader.load()) {
    while (reader.next()) {
      reader.readTime();
      const time = BigInt(reader.seconds) * SECOND + BigInt(reader.nanoseconds);
      packets.push([reader.capturedLength, reader.window[reader.dataOffset], time]);
    }
  }
  return { packets, truncated: reader.truncated };
};

const expected = (bytes: Uint8Array) =>
  [...readCapture(bytes)].map(({ data, timestamp }) => [data.length, data[0], timestamp] as const);

const made = (lengths: readonly number[]) =>
  pcapFile(
    lengths.map((length, index) => ({
      data: new Uint8Array(length).fill(index % 251),
      seconds: index,
      fraction: index % 1000,
      originalLength: length,
    })),
    0xa1b2c3d4,
    true,
  );

describe("a capture reader", () => {
  test.each([
    ["small packets", Array.from({ length: 30_000 }, (_, index) => 40 + (index % 61))],
    ["longest frames", Array.from({ length: 60 }, () => 65_535)],
    ["packets longer than is carried over", [200_000, 150_000, ...Array.from({ length: 12 }, () => 262_144), 60]],
    ["no packet", []],
  ])("given %s, when read a window at a time, then they are what is read from memory", async (_, lengths) => {
    const bytes = made(lengths);
    const { packets, truncated } = await readAll(source(bytes));
    expect(packets).toEqual(expected(bytes));
    expect(packets.length).toBe(lengths.length);
    expect(truncated).toBe(false);
  });

  test("given a source that gives little at once, when read, then nothing is lost", async () => {
    const bytes = made(Array.from({ length: 3000 }, () => 900));
    expect((await readAll(source(bytes, 100_003))).packets).toEqual(expected(bytes));
  });

  test("given a file cut in its last packet, when read, then all others come", async () => {
    const bytes = made(Array.from({ length: 3000 }, () => 900)).subarray(0, -1);
    const { packets, truncated } = await readAll(source(bytes));
    expect(packets).toEqual(expected(bytes));
    expect(truncated).toBe(true);
  });

  test("given a pcapng window that ends at a block's end, when the one before ended in a long block, then the rest is read", async () => {
    const file = new PcapngFile(true).interface(1);
    const big = Array<number>(8000).fill(1);
    const block = 8032;
    let size = file.bytes().length;
    // Over the end of the first window, then up to the end of the second, then one short packet.
    for (; size + block < 2 * WINDOW; size += block) file.enhancedPacket(0, 5n, big);
    const rest = 2 * WINDOW - size;
    expect(rest).toBeGreaterThan(32);
    file.enhancedPacket(0, 6n, Array<number>(rest - 32).fill(2)).enhancedPacket(0, 7n, [3, 3, 3, 3]);
    const bytes = file.bytes();
    const { packets } = await readAll(source(bytes));
    expect(packets.at(-1)).toEqual([4, 3, 7000n]);
    expect(packets).toEqual(expected(bytes));
  });

  test("given an error of the disk, when the place is reached, then it is thrown, and not before", async () => {
    const bytes = made(Array.from({ length: 3000 }, () => 900));
    const reader = await CaptureReader.open(source(bytes, WINDOW, WINDOW - 1));
    expect(await reader.load()).toBe(true);
    expect(reader.next()).toBe(true);
    await expect(reader.load()).rejects.toThrow("the disk is gone");
  });

  test.each([6, 9, 3, 12] as const)(
    "given pcapng times in units of 10^-%i s, near the ends of seconds and going back, when split, then they are exact",
    async (resolution) => {
      const units = 10n ** BigInt(resolution);
      const file = new PcapngFile(true);
      file.interface(1, [...file.option(9, [resolution])]);
      const second = resolution === 12 ? 1_700_000n : 1_700_000_000n;
      const ticks = [second * units, second * units + units - 1n, (second + 1n) * units, second * units + 1n, 0n, 5n];
      // The low 32 bits wrap between these two.
      ticks.push(((ticks[0] >> 32n) << 32n) - 1n, (ticks[0] >> 32n) << 32n, 0xffff_ffffn, 0x1_0000_0000n);
      for (const time of ticks) file.enhancedPacket(0, time, [1]);
      const { packets } = await readAll(source(file.bytes()));
      expect(packets.map(([, , time]) => time)).toEqual(ticks.map((time) => (time * SECOND) / units));
    },
  );
});
