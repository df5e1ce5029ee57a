import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readCapture } from "../../src/net/index.ts";

const expected = JSON.parse(readFileSync(new URL("expected.json", import.meta.url), "utf8"));
const hasTshark = spawnSync("tshark", ["--version"]).status === 0;
if (!hasTshark) console.log("skipped: no tshark; the committed counts of test/captures are not derived anew");

describe("test/captures/expected.json", () => {
  test("given the capture, when read, then it has as many packets and bytes as tshark counted", () => {
    const capture = readCapture(readFileSync(new URL("mixed.pcap", import.meta.url)));
    let bytes = 0;
    for (const { data } of capture) bytes += data.length;
    expect([capture.packets, bytes]).toEqual([expected.packets, expected.bytes]);
  });

  test("given the kinds of packet, then each packet is of one kind, and those with ports are in the table of ports", () => {
    const { kinds, ports } = expected.count_ports;
    const sum = (values: unknown[]) => values.map(Number).reduce((left, right) => left + right, 0);
    expect(sum(Object.keys(kinds).map((name) => kinds[name].packets))).toBe(expected.packets);
    expect(sum(Object.values(ports))).toBe(kinds.tcp.packets + kinds.udp.packets);
  });

  test.skipIf(!hasTshark)(
    "given tshark, when it counts again, then the committed numbers come out",
    () => {
      const script = fileURLToPath(new URL("../../scripts/capture-counts.mjs", import.meta.url));
      const { stdout, stderr } = spawnSync(process.execPath, [script, "--print"], { encoding: "utf8" });
      expect(stderr).toBe("");
      expect({ ...JSON.parse(stdout), tool: expected.tool }).toEqual(expected);
    },
    300_000,
  );
});
