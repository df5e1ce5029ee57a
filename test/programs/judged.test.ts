import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MapType, parse, simulate, u16, u32, u64, XdpAction } from "../../src/index.ts";
import { readCapture } from "../../src/net/index.ts";

// tshark's counts of the same packets: scripts/capture-counts.mjs made them, without a line of ours.
const expected = JSON.parse(readFileSync(new URL("../captures/expected.json", import.meta.url), "utf8"));
const capture = readFileSync(new URL("../captures/mixed.pcap", import.meta.url));

interface Options {
  readonly program?: string;
  readonly globals?: Record<string, number | bigint>;
}

/** Runs a program of the folder over the capture: how often each verdict came, the surviving frames, the object. */
async function over(file: string, { program, globals = {} }: Options = {}) {
  const spec = parse(readFileSync(new URL(`${file}.o`, import.meta.url)));
  const name = program ?? spec.programs[0]?.name ?? "";
  const runtime = simulate();
  const printed: string[] = [];
  runtime.engine.onPrintk((event) => printed.push(event.text));
  const only = { ...spec, programs: spec.programs.filter((each) => each.name === name) };
  const object = await runtime.load(only, { globals });
  await object.programs.get(name).attach({ ifIndex: 1 });
  const verdicts = new Map<number, number>();
  const frames: Uint8Array[] = [];
  for (const { data } of readCapture(capture)) {
    const { action, frame } = runtime.network.receive(1, data);
    verdicts.set(action, (verdicts.get(action) ?? 0) + 1);
    frames.push(frame);
  }
  return { object, verdicts, frames, printed };
}

const originals = [...readCapture(capture)].map(({ data }) => data.slice());
const { PASS, DROP, TX } = XdpAction;
const all: number = expected.packets;
const numbers = (table: Record<string, number>) =>
  new Map(Object.entries(table).map(([key, value]) => [Number(key), BigInt(value)]));

describe("our programs over the capture, judged by tshark", () => {
  it("count_ports counts ports and kinds as tshark does", async () => {
    const { object, verdicts } = await over("count_ports");
    expect(verdicts).toEqual(new Map([[PASS, all]]));
    expect(new Map(object.maps.get("ports"))).toEqual(numbers(expected.count_ports.ports));
    const kinds = Object.values<{ packets: number; bytes: number }>(expected.count_ports.kinds);
    expect([...object.maps.get("kinds")]).toEqual(
      kinds.map(({ packets, bytes }, kind) => [kind, { packets: BigInt(packets), bytes: BigInt(bytes) }]),
    );
  });

  it.each([0, 53, 514])("drop_udp with port %i drops what tshark finds, and nothing else", async (port) => {
    const { object, verdicts } = await over("drop_udp", { globals: { port } });
    const dropped: number = expected.drop_udp[port];
    expect(verdicts).toEqual(
      new Map([
        [PASS, all - dropped],
        [DROP, dropped],
      ]),
    );
    expect(object.maps.get("dropped").get(0)).toBe(BigInt(dropped));
  });

  it.each([
    ["vlan_set", "set", 0],
    ["vlan_push", "push", 4],
    ["vlan_pop", "pop", -4],
  ])("%s changes as many frames as tshark finds, each by %s", async (program, what, growth) => {
    const { object, frames } = await over("vlan_rewrite", { program });
    const changed: number = expected.vlan_rewrite[what];
    expect(object.maps.get("changed").get(0)).toBe(BigInt(changed));
    const differing = frames.filter((frame, i) => !Buffer.from(frame).equals(originals[i] ?? new Uint8Array()));
    expect(differing).toHaveLength(changed);
    const grown = frames.filter((frame, i) => frame.length === (originals[i]?.length ?? 0) + growth);
    expect(grown.length).toBe(growth === 0 ? all : changed);
    if (program === "vlan_push") {
      for (const frame of differing) expect([...frame.subarray(12, 16)]).toEqual([0x81, 0x00, 0xa0, 0x2a]);
    }
  });

  it("hop drops what has no hops left, and keeps every other header's checksum right", async () => {
    const { object, verdicts, frames } = await over("checksum_fix", { program: "hop" });
    const { dropped, changed } = expected.checksum_fix.hop;
    expect(verdicts).toEqual(
      new Map([
        [PASS, all - dropped],
        [DROP, dropped],
      ]),
    );
    expect(object.maps.get("changed").get(0)).toBe(BigInt(changed));
    const headers = frames.filter((frame) => frame.length >= 34 && frame[12] === 8 && frame[13] === 0);
    for (const frame of headers) {
      // RFC 1071: the ones' complement sum of a correct header is 0xffff.
      const view = new DataView(frame.buffer, frame.byteOffset + 14);
      let sum = 0;
      for (let i = 0; i < ((frame[14] ?? 0) & 15) * 4; i += 2) sum += view.getUint16(i);
      sum = (sum & 0xffff) + (sum >>> 16);
      expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
    }
  });

  it("port moves as many packets to port 80 as tshark finds, checksums right over header and payload", async () => {
    const { object, verdicts, frames } = await over("checksum_fix", { program: "port" });
    expect(verdicts).toEqual(new Map([[PASS, all]]));
    expect(object.maps.get("changed").get(0)).toBe(BigInt(expected.checksum_fix.port));
    const moved = frames.filter((frame, i) => !Buffer.from(frame).equals(originals[i] ?? new Uint8Array()));
    expect(moved).toHaveLength(expected.checksum_fix.port);
    for (const frame of moved) {
      // RFC 9293 section 3.1: pseudo header and segment sum up to 0xffff.
      const view = new DataView(frame.buffer, frame.byteOffset);
      const length = view.getUint16(16) - 20;
      let sum = 6 + length;
      for (let at = 26; at < 34; at += 2) sum += view.getUint16(at);
      for (let at = 34; at < 34 + length; at += 2) {
        sum += at + 1 < 34 + length ? view.getUint16(at) : view.getUint8(at) << 8;
      }
      while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
      expect(sum).toBe(0xffff);
      expect(view.getUint16(36)).toBe(80);
    }
  });

  it("bpf2bpf counts lengths five frames of stack deep", async () => {
    const { object } = await over("bpf2bpf");
    const sizes = [...object.maps.get("sizes")].filter(([, count]) => count !== 0n);
    expect(new Map(sizes as [number, bigint][])).toEqual(numbers(expected.bpf2bpf.sizes));
  });

  it("bounded_loop counts TCP options as tshark does", async () => {
    const { object } = await over("bounded_loop");
    expect(new Map(object.maps.get("options"))).toEqual(numbers(expected.bounded_loop.options));
  });

  it("globals counts in its variables, and stops at its budget", async () => {
    const { object, verdicts } = await over("globals", { globals: { sample_rate: 1 } });
    expect(verdicts).toEqual(new Map([[PASS, all]]));
    const variable = (name: string) => {
      const { map, offset, size } = object.spec.globals.find((global) => global.name === name) ?? {
        map: "",
        offset: 0,
        size: 0,
      };
      const content = object.maps.get(map).get(0) as Uint8Array;
      return content.subarray(offset, offset + size);
    };
    expect(u64.decode(variable("packets"), 0)).toBe(BigInt(expected.globals.packets));
    expect(u32.decode(variable("smallest"), 0)).toBe(expected.globals.smallest);
    const budget = expected.bytes - 1;
    expect((await over("globals", { globals: { budget: BigInt(budget) } })).verdicts.get(DROP)).toBe(1);
  });

  it("maps_btf and maps_legacy give the same flows, one with types", async () => {
    const flows = expected.maps.flows as { packets: number; bytes: number; lastIdentification: number }[];
    const typed = (await over("maps_btf")).object.maps;
    const untyped = (await over("maps_legacy")).object.maps;
    const values = [...typed.get("flows").values()] as {
      packets: bigint;
      bytes: bigint;
      last_identification: number;
    }[];
    const rows = (list: readonly (readonly unknown[])[]) => list.map((row) => row.join(" ")).toSorted();
    expect(rows(values.map((flow) => [flow.packets, flow.bytes, flow.last_identification]))).toEqual(
      rows(flows.map((flow) => [flow.packets, flow.bytes, flow.lastIdentification])),
    );
    const raw = (map: Iterable<readonly [unknown, unknown]>) =>
      [...map]
        .map(([key, value]) => Buffer.concat([key as Uint8Array, value as Uint8Array]).toString("hex"))
        .toSorted();
    const { key, value } = typed.get("flows");
    const encoded = [...typed.get("flows")].map(([k, v]) => {
      const bytes = new Uint8Array(key.size + value.size);
      key.encode(k, bytes, 0);
      value.encode(v, bytes, key.size);
      return Buffer.from(bytes).toString("hex");
    });
    expect(encoded.toSorted()).toEqual(raw(untyped.get("flows")));
    expect(typed.get("flows").info.type).toBe(MapType.HASH);
  });

  it("echo answers as many requests as tshark finds, to their senders", async () => {
    const { verdicts, frames, object } = await over("echo");
    const { ipv4, ipv6 } = expected.echo;
    expect(verdicts.get(TX)).toBe(ipv4 + ipv6);
    expect([...object.maps.get("answered").values()]).toEqual([BigInt(ipv4), BigInt(ipv6)]);
    const swapped = frames.filter((frame, i) => {
      const before = originals[i] ?? new Uint8Array();
      const moved = Buffer.concat([before.subarray(6, 12), before.subarray(0, 6)]);
      return moved.equals(frame.subarray(0, 12)) && !Buffer.from(before).equals(frame);
    });
    expect(swapped).toHaveLength(ipv4 + ipv6);
  });

  it("printk prints four lines for every ARP frame", async () => {
    const { printed } = await over("printk");
    const operations = (expected.printk.lines as [number, number][]).length;
    expect(operations).toBeGreaterThan(0);
    expect(printed).toHaveLength(4 * operations);
  });

  it("stats keeps one struct of every BTF shape", async () => {
    const { object } = await over("stats");
    const [[ifIndex, value] = []] = object.maps.get("interfaces") as unknown as Iterable<
      [number, Record<string, unknown>]
    >;
    expect(ifIndex).toBe(1);
    expect(JSON.stringify(value, (_, v) => (typeof v === "bigint" ? Number(v) : v))).toContain(
      JSON.stringify(expected.stats.byLength),
    );
  });

  it("a map of the object is reached through declared codecs as well", async () => {
    const { object } = await over("count_ports");
    expect(object.maps.get("ports").as(u16, u64).get(53)).toBe(BigInt(expected.count_ports.ports[53]));
  });
});
