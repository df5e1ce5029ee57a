import { describe, expect, it } from "vitest";
import { EbpfError } from "../../../src/errors.ts";
import { MapType } from "../../../src/platform/index.ts";
import { faulting, machine, returning, u32 } from "./machine.ts";

// facts/program-types.md §2 and §3.6.
const hook = "netevent_monitor";
const [ALL, FLOW, DROP, NONE] = [1, 2, 3, 4];
const PKTMON_HEADER = 0x35;
const packet = Uint8Array.from({ length: 60 }, (_, i) => i);

describe("attaching netevent programs", () => {
  it.each([new Uint8Array(0), new Uint8Array(3), new Uint8Array(8), u32(0), u32(5)])(
    "given the parameter %o, then attaching fails with EINVAL",
    async (parameter) => {
      await expect(machine().attach(hook, returning(0), { parameter })).rejects.toMatchObject({
        code: "EBPF_ATTACH_FAILED",
        native: { errno: 22 },
      });
    },
  );

  it.each([
    [ALL, ["drop", "flow"]],
    [FLOW, ["flow"]],
    [DROP, ["drop"]],
    [NONE, []],
  ])("given capture type %i, then %o are captured", async (capture, expected) => {
    const on = machine();
    await on.attach(hook, returning(0), { parameter: u32(capture) });
    const types = (["drop", "flow"] as const).filter((type) => on.network.report({ type, packet }).captured);
    expect(types).toEqual(expected);
  });

  it("given two programs, then the capture type of the last holds for both, in the order of attaching", async () => {
    const on = machine();
    await on.attach(hook, returning(7), { name: "first", parameter: u32(DROP) });
    await on.attach(hook, faulting, { name: "broken", parameter: u32(FLOW) });
    await on.attach(hook, returning(-1), { name: "last", parameter: u32(FLOW) });
    expect(on.network.report({ type: "drop", packet })).toEqual({ captured: false, runs: [], pushed: [] });
    const { runs } = on.network.report({ type: "flow", packet });
    expect(runs.map(({ program }) => program)).toEqual(["first", "broken", "last"]);
  });
});

describe("what netevent programs see", () => {
  /** The data from data_meta to data_end, in a map's value. */
  async function seen(type: "drop" | "flow") {
    const on = machine({ cpus: 4 });
    const map = on.engine.createMap({ name: "m", type: 2, keySize: 4, valueSize: 256, maxEntries: 1 });
    const copy = `mov %r6, %r1\nlddw %r1, 0\nstw [%r10-4], 0\nmov %r2, %r10\nadd %r2, -4\ncall 1\nmov %r1, %r0\nldxdw %r3, [%r6]\nldxdw %r4, [%r6+16]\nldxdw %r7, [%r6+8]\nsub %r7, %r3\nsub %r4, %r3\nmov %r2, 256\ncall 22\nmov %r0, %r7\nexit`;
    await on.engine.attach(await on.load(hook, copy, "test", [{ slot: 1, map }]), 10, u32(ALL));
    on.kernel.cpu = 3;
    const event = { type, packet, originalLength: 1500, dropReason: 5, dropLocation: 6, componentId: 7 };
    const { runs } = on.network.report(event);
    const value = Buffer.from(on.engine.lookup(map, new Uint8Array(4)) ?? []);
    return { value, toPacket: runs[0]?.value, time: on.clock.fileTime };
  }

  it.each([
    ["drop", 100],
    ["flow", 101],
  ] as const)(
    "given a %s, then a header of type %i and version 1, PktMon's header, the packet",
    async (type, number) => {
      const { value, toPacket } = await seen(type);
      expect([value[0], value.readUInt16LE(2)]).toEqual([number, 1]);
      expect(toPacket).toBe(4 + PKTMON_HEADER);
      expect([...value.subarray(4 + PKTMON_HEADER, 4 + PKTMON_HEADER + packet.length)]).toEqual([...packet]);
    },
  );

  it("given PktMon's header, then event, lengths, component, reason, place, CPU and time", async () => {
    const { value, time } = await seen("drop");
    const header = value.subarray(4);
    expect(header[0]).toBe(100);
    expect([header.readUInt32LE(1), header.readUInt32LE(5), header.readUInt32LE(9)]).toEqual([1500, 60, 40]);
    expect(header.readUInt16LE(29)).toBe(7);
    expect([header.readUInt32LE(35), header.readUInt32LE(39)]).toEqual([5, 6]);
    expect(header.readUInt16LE(43)).toBe(3);
    expect(header.readBigUInt64LE(45)).toBe(time);
  });

  it("given bpf_netevent_push_event, then 0, and the event comes out", async () => {
    const on = machine();
    await on.attach(hook, "call 65536\nadd %r0, 5\nexit", { parameter: u32(ALL) });
    const { runs, pushed } = on.network.report({ type: "drop", packet });
    expect(runs[0]?.value).toBe(5);
    expect(pushed).toHaveLength(1);
    expect([...(pushed[0] ?? []).subarray(PKTMON_HEADER)]).toEqual([...packet]);
  });

  it("given perf_event_output with bytes of the context's data, then record and packet, -6 beyond the packet", async () => {
    const on = machine({ cpus: 1 });
    const map = on.engine.createMap({ name: "m", type: 14, keySize: 0, valueSize: 0, maxEntries: 4096 });
    const output = (capture: number) =>
      `lddw %r2, 0\nlddw %r3, ${(BigInt(capture) << 32n) | 0xffff_ffffn}\nstw [%r10-4], 7\nmov %r4, %r10\nadd %r4, -4\nmov %r5, 4\ncall 32\nexit`;
    const maps = [{ slot: 0, map }];
    await on.engine.attach(await on.load(hook, output(packet.length), "fits", maps), 10, u32(ALL));
    await on.engine.attach(await on.load(hook, output(packet.length + 1), "beyond", maps), 10, u32(ALL));
    const { runs } = on.network.report({ type: "flow", packet });
    expect(runs.map(({ value }) => value | 0)).toEqual([0, -6]);
  });

  it("given what is no event, then a typed error", () => {
    const { network } = machine();
    expect(() => network.report({ type: "drop", packet: new Uint8Array(65_535) })).toThrow(EbpfError);
    expect(() => Reflect.apply(network.report, network, [{ type: "x", packet }])).toThrow(EbpfError);
  });
});

describe("the sample hook", () => {
  it("given programs by parameter, then fire runs the one that it names; an unknown one is not found", async () => {
    const on = machine();
    await on.attach("sample_ext", returning(1), { parameter: Uint8Array.of(1) });
    await on.attach("sample_ext", returning(2), { parameter: Uint8Array.of(2) });
    await expect(on.attach("sample_ext", returning(3), { parameter: Uint8Array.of(2) })).rejects.toMatchObject({
      code: "EBPF_ATTACH_FAILED",
    });
    const fire = (parameter?: Uint8Array) =>
      on.kernel.hooks.fire("sample_ext", new Uint8Array(32), undefined, parameter)?.value;
    expect([fire(), fire(Uint8Array.of(1)), fire(Uint8Array.of(2))]).toEqual([1, 1, 2]);
    expect(() => fire(Uint8Array.of(3))).toThrow(
      expect.objectContaining({ code: "EBPF_NOT_FOUND", native: expect.objectContaining({ result: 19 }) }),
    );
  });

  // facts/helpers.md §3: the extension has bpf_redirect_map, and helpers for maps of its own.
  it("given the helpers of custom maps, then no pointer into one, a copy of the value, -1 where there is none", async () => {
    const on = machine({ mapProviders: [{ type: MapType.SAMPLE_HASH_MAP }] });
    const options = { name: "m", type: MapType.SAMPLE_HASH_MAP, keySize: 4, valueSize: 4, maxEntries: 1 };
    const map = on.engine.createMap(options);
    const key = "lddw %r1, 0\nstw [%r10-4], 5\nmov %r2, %r10\nadd %r2, -4\n";
    const run = async (text: string) => {
      const program = await on.load("sample_ext", text, "test", [{ slot: 0, map }]);
      return (await on.engine.testRun(program, { context: new Uint8Array(32) })).returnValue | 0;
    };
    const copy = `${key}mov %r3, %r10\nadd %r3, -16\nmov %r4, 8\ncall 65542\n`;
    expect(await run(`${copy}exit`)).toBe(-1);
    on.engine.update(map, u32(5), u32(42), 0);
    expect(await run(`${copy}exit`)).toBe(0);
    expect(await run(`${copy}ldxdw %r0, [%r10-16]\nexit`)).toBe(42);
    expect(await run(`${key}call 65541\nexit`)).toBe(0);
    expect(await run("lddw %r1, 0\nmov %r2, 0\nmov %r3, 0\ncall 35\nexit")).toBe(1);
  });
});
