import { describe, expect, test } from "vitest";
import { readCapture } from "../../src/net/index.ts";
import { PcapngFile } from "./pcapng-file.ts";

const tenNanoseconds = 8; // if_tsresol: 10^-8 s
const perBinarySecond = 0x80 | 10; // 2^-10 s

function read(bytes: Uint8Array) {
  const capture = readCapture(bytes);
  return [...capture].map(({ data, timestamp, originalLength, interface: from }) => [
    [...data],
    timestamp,
    originalLength,
    from,
  ]);
}

describe.each([true, false])("pcapng, little-endian: %s", (littleEndian) => {
  test("given no resolution, when read, then ticks are microseconds", () => {
    const file = new PcapngFile(littleEndian)
      .interface(1)
      .enhancedPacket(0, 1_700_000_000_000_001n, [1, 2, 3, 4, 5], 90);
    expect(read(file.bytes())).toEqual([[[1, 2, 3, 4, 5], 1_700_000_000_000_001_000n, 90, 0]]);
  });

  test("given resolutions and an offset, when read, then ticks are converted to nanoseconds", () => {
    const file = new PcapngFile(littleEndian);
    const offset = littleEndian ? [5, 0, 0, 0, 0, 0, 0, 0] : [0, 0, 0, 0, 0, 0, 0, 5];
    file
      .interface(1, file.option(9, [tenNanoseconds]))
      .interface(1, [
        ...file.option(2, [0x65, 0x74, 0x68]),
        ...file.option(9, [perBinarySecond]),
        ...file.option(0, []),
      ])
      .interface(1, file.option(14, offset))
      .interface(1, file.option(9, [12]))
      .enhancedPacket(0, 7n, [])
      .enhancedPacket(1, 1n << 33n, [])
      .enhancedPacket(2, 3n, [])
      .enhancedPacket(3, 4999n, []);
    expect(read(file.bytes()).map(([, timestamp]) => timestamp)).toEqual([
      70n,
      (1n << 23n) * 1_000_000_000n,
      5_000_003_000n,
      4n,
    ]);
    expect(readCapture(file.bytes()).interfaces[1]).toEqual({ linkType: 1, name: "eth" });
  });

  test("given simple and obsolete packets, when read, then they count as packets", () => {
    const file = new PcapngFile(littleEndian)
      .interface(1, [], 4)
      .simplePacket(9, [1, 2, 3, 4])
      .obsoletePacket(0, 0xffff, 6, [8, 9])
      .simplePacket(2, [7, 7]);
    expect(read(file.bytes())).toEqual([
      [[1, 2, 3, 4], 0n, 9, 0],
      [[8, 9], 6000n, 2, 0],
      [[7, 7], 0n, 2, 0],
    ]);
  });

  test("given blocks of unknown type, when read, then they are skipped", () => {
    const file = new PcapngFile(littleEndian)
      .block(0xbad, [1, 2, 3])
      .interface(1)
      .block(5, [])
      .enhancedPacket(0, 0n, [1]);
    expect(readCapture(file.bytes()).packets).toBe(1);
  });

  test("given sections of both byte orders, when read, then interfaces are counted on", () => {
    const first = new PcapngFile(littleEndian).interface(1).enhancedPacket(0, 1n, [1]);
    const second = new PcapngFile(!littleEndian).interface(101).interface(1).enhancedPacket(1, 2n, [2]);
    const bytes = Uint8Array.from([...first.bytes(), ...second.bytes()]);
    expect(read(bytes)).toEqual([
      [[1], 1000n, 1, 0],
      [[2], 2000n, 1, 2],
    ]);
    expect(readCapture(bytes).interfaces.map(({ linkType }) => linkType)).toEqual([1, 101, 1]);
  });

  test("given a file cut in its last block, when read, then what came before is there and it is truncated", () => {
    const whole = new PcapngFile(littleEndian).interface(1).enhancedPacket(0, 1n, [1]);
    const start = whole.bytes().length;
    const bytes = whole.enhancedPacket(0, 2n, [2]).bytes();
    for (let length = start + 1; length < bytes.length; length++)
      expect(readCapture(bytes.subarray(0, length))).toMatchObject({ packets: 1, truncated: true });
  });

  test.each([
    ["a packet of an interface that nobody described", (file: PcapngFile) => file.enhancedPacket(0, 0n, [1]), 28 + 8],
    ["an interface of the section before", (file: PcapngFile) => file.simplePacket(1, [1]), 28],
    ["an interface without a description", (file: PcapngFile) => file.block(1, [1, 0, 0, 0]), 28],
    ["a packet block without fields", (file: PcapngFile) => file.interface(1).block(6, [0, 0, 0, 0]), 28 + 20],
    ["an option beyond its block", (file: PcapngFile) => file.interface(1, [...file.u16(2), ...file.u16(99)]), 28 + 16],
  ])("given %s, when read, then refused with the offset", (_, spoil, offset) => {
    const bytes = spoil(new PcapngFile(littleEndian)).bytes();
    expect(() => readCapture(bytes)).toThrowError(expect.objectContaining({ code: "EBPF_INVALID_CAPTURE", offset }));
  });

  test("given lengths before and behind a block that disagree, when read, then refused", () => {
    const bytes = new PcapngFile(littleEndian).interface(1).bytes();
    bytes[bytes.length - (littleEndian ? 4 : 1)] = 24;
    expect(() => readCapture(bytes)).toThrowError(expect.objectContaining({ offset: bytes.length - 4 }));
  });
});
