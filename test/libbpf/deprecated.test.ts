import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MapType, simulate } from "../../src/index.ts";
import { libbpf } from "../../src/libbpf/index.ts";

/** r0 = 1; exit */
const PASS = Uint8Array.from([0xb7, 0, 0, 0, 1, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]);
const XDP = 1;
const EINVAL = 22;
/** Windows' run-time library: ENOTSUP. */
const ENOTSUP = 129;

describe("bpf_load_program_xattr", () => {
  it("given attributes, then it loads as bpf_prog_load does", async () => {
    const bpf = libbpf(simulate());
    const { ret } = await bpf.bpf_load_program_xattr({ prog_type: XDP, name: "mine", insns: PASS, insns_cnt: 2 });
    expect(ret).toBeGreaterThan(0);
    expect(bpf.bpf_obj_get_info_by_fd(ret).info).toMatchObject({ type: XDP, name: "mine" });
  });

  // facts/ebpfapi-exports.md §1a
  it("given no instructions or an unknown type, then -EINVAL", async () => {
    const bpf = libbpf(simulate());
    const load = async (type: number, count: number) =>
      (await bpf.bpf_load_program_xattr({ prog_type: type, insns: PASS, insns_cnt: count })).ret;
    expect([await load(XDP, 0), await load(0, 2), await load(4711, 2)]).toEqual([-EINVAL, -EINVAL, -EINVAL]);
    expect((await bpf.bpf_load_program_xattr({})).ret).toBe(-EINVAL);
  });

  it("given a log, then it has what the verifier says", async () => {
    const bpf = libbpf(simulate());
    const refused = PASS.with(0, 0xbf).with(1, 0x50);
    const attributes = { prog_type: XDP, name: "bad", insns: refused, insns_cnt: 2 };
    const { ret, log = "" } = await bpf.bpf_load_program_xattr(attributes, true, 4096);
    expect(ret).toBe(-13);
    expect(log).not.toBe("");
  });
});

describe("ebpf_perf_buffer__new", () => {
  const opened = (flags: number) => {
    const bpf = libbpf(simulate({ cpus: 2 }));
    const map = bpf.bpf_map_create(MapType.PERF_EVENT_ARRAY, null, 0, 0, 4096);
    const seen: (readonly [number, string])[] = [];
    const sample = (_: unknown, cpu: number, data: Uint8Array) => void seen.push([cpu, Buffer.from(data).toString()]);
    const reader = bpf.ebpf_perf_buffer__new(map, 0, sample, () => {}, null, { flags });
    if (reader === null) throw new Error("no reader");
    const write = (text: string) => bpf.ebpf_perf_event_array_map_write(map, Buffer.from(text));
    return { bpf, reader, seen, write };
  };

  it("given no flag, then records come when they are asked for", () => {
    const { bpf, reader, seen, write } = opened(0);
    write("one");
    expect(seen).toEqual([]);
    expect(bpf.perf_buffer__consume(reader)).toBe(1);
    expect(seen).toEqual([[0, "one"]]);
  });

  it("given flag 1, then callbacks come by themselves, reading is -ENOTSUP, and freeing ends them", async () => {
    const { bpf, reader, seen, write } = opened(1);
    write("one");
    write("two");
    while (seen.length < 2) await setTimeout(1);
    expect(seen).toEqual([
      [0, "one"],
      [0, "two"],
    ]);
    expect(bpf.perf_buffer__consume(reader)).toBe(-ENOTSUP);
    expect(bpf.perf_buffer__consume_buffer(reader, 0)).toBe(-ENOTSUP);
    expect(await bpf.perf_buffer__poll(reader, 0)).toBe(-ENOTSUP);
    expect(bpf.perf_buffer__buffer_cnt(reader)).toBe(2);
    expect(bpf.ebpf_perf_buffer_get_wait_handle(reader)).toBeNull();
    bpf.perf_buffer__free(reader);
    write("three");
    await setTimeout(5);
    expect(seen).toHaveLength(2);
  });
});
