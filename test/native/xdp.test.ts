import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openRuntime, parse, type Runtime, struct, u32 } from "../../src/index.ts";
import { whyNoLibbpf } from "./usable.ts";
import { VethPair, whyNoVeth } from "./veth.ts";

const why = whyNoLibbpf() ?? whyNoVeth();
const file = resolve(import.meta.dirname, "programs/linux_icmp.o");
const ICMP = 1;
/** 14 bytes of Ethernet, 20 of IPv4, 8 of ICMP and 56 of payload. */
const FRAME_BYTES = 98;

describe.skipIf(why !== undefined)(`XDP on a veth pair${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  const veth = why === undefined ? new VethPair() : undefined;
  const ifIndex = veth?.ifIndex ?? 0;
  const runtimes: Runtime[] = [];
  const open = () => {
    const runtime = openRuntime("libbpf");
    runtimes.push(runtime);
    return runtime;
  };
  afterAll(() => {
    for (const runtime of runtimes) runtime.close();
    veth?.close();
  });

  it("given an attached program, when packets arrive, then each is counted, and each event read", async () => {
    const runtime = open();
    const object = await runtime.load(file);
    const link = await object.programs.get("count_icmp").attach({ ifIndex });
    expect(link.info).toMatchObject({ attachType: 1, linkType: 3, programType: "xdp" });
    expect(object.programs.get("count_icmp").info.links).toBe(1);
    expect(veth?.ping(5)).toBe(5);
    expect(object.maps.get("packets_by_protocol").get(ICMP)).toBe(5n);
    const seen: unknown[] = [];
    const events = object.maps.get("events").records({ signal: AbortSignal.timeout(5000) });
    const event = struct({ length: u32, interface: u32 });
    for await (const { data } of events) {
      seen.push(event.decode(data, 0));
      if (seen.length === 5) break;
    }
    expect(seen).toEqual(Array(5).fill({ length: FRAME_BYTES, interface: ifIndex }));
    link.close();
    expect(veth?.ping(2)).toBe(2);
    expect(object.maps.get("packets_by_protocol").get(ICMP)).toBe(5n);
    object.close();
  });

  it("given a program that is to be interpreted, then EBPF_NOT_SUPPORTED, as supports says: the kernel decides", async () => {
    const runtime = open();
    expect(runtime.supports("interpreter")).toBe(false);
    const refused = runtime.load(file, { execution: "interpret" });
    await expect(refused).rejects.toMatchObject({
      code: "EBPF_NOT_SUPPORTED",
      hint: expect.stringContaining("sysctl"),
    });
  });

  it("given a global that says so, then the packets are dropped until the link is detached", async () => {
    const object = await open().load(file, { globals: { dropped_protocol: ICMP } });
    const link = await object.programs.get("count_icmp").attach({ ifIndex });
    expect(veth?.ping(2)).toBe(0);
    link.detach();
    expect(link.info.programId).toBe(0);
    expect(veth?.ping(2)).toBe(2);
    link.close();
    object.close();
  });

  it("given an interface with a program, when another is attached, then EBPF_ATTACH_FAILED", async () => {
    const object = await open().load(file);
    const program = object.programs.get("count_icmp");
    const link = await program.attach({ ifIndex });
    await expect(program.attach({ ifIndex })).rejects.toMatchObject({ code: "EBPF_ATTACH_FAILED" });
    await expect(program.attach({ ifIndex: 0x7fff_fff0 })).rejects.toMatchObject({ code: "EBPF_ATTACH_FAILED" });
    await expect(program.attach()).rejects.toMatchObject({ code: "EBPF_INVALID_ARGUMENT" });
    link.close();
    object.close();
  });

  it("given a runtime that is closed, then its programs are detached", async () => {
    const runtime = openRuntime("libbpf");
    const object = await runtime.load(file, { globals: { dropped_protocol: ICMP } });
    await object.programs.get("count_icmp").attach({ ifIndex });
    expect(veth?.ping(1)).toBe(0);
    runtime.close();
    expect(veth?.ping(1)).toBe(1);
  });
});

describe("the object for Linux", () => {
  it("given its file, when parsed for Linux, then its program, maps and global are there", () => {
    const spec = parse(readFileSync(file), { platform: "linux" });
    expect(spec.programs.map(({ name, type }) => [name, type])).toEqual([["count_icmp", "xdp"]]);
    expect(spec.maps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["packets_by_protocol", "events", ".rodata"]),
    );
    expect(spec.globals.map(({ name }) => name)).toContain("dropped_protocol");
  });
});
