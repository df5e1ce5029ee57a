import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readCapture } from "../../src/net/index.ts";

const read = (name: string) => readCapture(readFileSync(new URL(`../captures/${name}`, import.meta.url)));

// What capinfos and tshark 4.0.17 say of these files; how they were made is in test/captures/README.md.
describe("captures written by tcpdump and editcap", () => {
  test("given tcpdump's file, when read, then as many packets and bytes as capinfos counts", () => {
    const capture = read("mixed.pcap");
    expect(capture).toMatchObject({ format: "pcap", linkType: 1, packets: 679, truncated: false });
    expect([...capture].every(({ data, originalLength }) => data.length === originalLength)).toBe(true);
  });

  test("given the same packets as pcapng, when read, then the same as in pcap", () => {
    const original = [...read("mixed.pcap")].slice(0, 12);
    const converted = [...read("few.pcapng")];
    expect(converted.map(({ data }) => [...data])).toEqual(original.map(({ data }) => [...data]));
    expect(converted.map(({ timestamp }) => timestamp)).toEqual(original.map(({ timestamp }) => timestamp));
  });

  test("given the same packets 123 ns later in nanoseconds, when read, then the difference is there", () => {
    const original = [...read("mixed.pcap")].slice(0, 12);
    const shifted = [...read("few-nanoseconds.pcap")];
    expect(shifted.map(({ timestamp }) => timestamp)).toEqual(original.map(({ timestamp }) => timestamp + 123n));
  });

  test("given packets of which 60 bytes were kept, when read, then the length on the wire is still told", () => {
    const original = [...read("mixed.pcap")].slice(99, 111);
    const cut = [...read("few-cut.pcap")];
    expect(cut.map(({ data }) => data.length)).toEqual(original.map(({ data }) => Math.min(data.length, 60)));
    expect(cut.map(({ originalLength }) => originalLength)).toEqual(original.map(({ data }) => data.length));
  });
});
