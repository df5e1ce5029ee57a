import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { bytes, MapType, perCpu, simulate, u32, u64 } from "../../src/index.ts";

const contract = (name: string) => resolve(import.meta.dirname, `../contract/programs/${name}.o`);
const program = (name: string) => resolve(import.meta.dirname, `../programs/${name}.o`);
const code = (wanted: string) => expect.objectContaining({ code: wanted });
const numbers = { key: u32, value: u32 };

describe("global variables of a loaded object", () => {
  it("given values at load, then they are what is read, and what is written is what the program sees", async () => {
    const object = await simulate().load(program("globals"), { globals: { budget: 100n } });
    const { globals } = object;
    expect(globals.names.toSorted()).toEqual(["budget", "packets", "sample_rate", "sampled", "smallest"]);
    expect(globals.get("budget")).toBe(100n);
    const run = () => object.programs.get("globals").run({ data: new Uint8Array(60) });
    expect((await run()).returnValue).toBe(1);
    expect([globals.get("budget"), globals.get("packets"), globals.get("smallest")]).toEqual([40n, 1n, 60]);
    expect(globals.get("sampled")).toEqual({ packets: 1n, bytes: 60n, largest: 60 });
    globals.set("budget", 59n);
    expect((await run()).returnValue).toBe(2);
  });

  it("given a name that is not there, a constant or another kind of value, then a typed error", async () => {
    const { globals } = await simulate().load(program("globals"));
    expect(() => globals.get("no_such")).toThrow(
      expect.objectContaining({ code: "EBPF_NOT_FOUND", hint: expect.stringContaining("budget") }),
    );
    expect(() => globals.set("sample_rate", 2)).toThrow(code("EBPF_INVALID_ARGUMENT"));
    expect(() => globals.set("budget", "many")).toThrow(code("EBPF_INVALID_ARGUMENT"));
    expect(globals.has("__proto__")).toBe(false);
  });

  it("given byte code on Windows, then there are no data sections, and a program that uses them is refused", async () => {
    const runtime = simulate({ profile: "jit" });
    expect(runtime.supports("globals")).toBe(false);
    await expect(runtime.load(program("globals"))).rejects.toMatchObject({
      code: "EBPF_VERIFICATION_FAILED",
      native: { errno: 13 },
    });
    expect([...runtime.ids("map")]).toEqual([]);
  });
});

describe("choosing what is loaded", () => {
  it("given program names, then only those are loaded; an unknown one is EBPF_NOT_FOUND", async () => {
    const runtime = simulate();
    const object = await runtime.load(contract("sections"), { programs: ["second"] });
    expect(object.programs.names).toEqual(["second"]);
    await expect(runtime.load(contract("sections"), { programs: ["fourth"] })).rejects.toEqual(code("EBPF_NOT_FOUND"));
  });

  it("given another program type, then the verifier judges by it", async () => {
    const types = { first: "sample" };
    await expect(simulate().load(contract("sections"), { types, programs: ["first"] })).rejects.toEqual(
      code("EBPF_VERIFICATION_FAILED"),
    );
  });

  it("given a map in place of the object's, then programs use it, and one that is defined otherwise is refused", async () => {
    const runtime = simulate();
    const array = (maxEntries: number) => runtime.createMap({ type: MapType.ARRAY, ...numbers, maxEntries });
    const own = array(1).set(0, 12);
    const object = await runtime.load(contract("pinned"), { maps: { contract_shared: own } });
    expect((await object.programs.get("pinned").run({ context: new Uint8Array(56) })).returnValue).toBe(12);
    object.close();
    expect(own.get(0)).toBe(12);
    await expect(runtime.load(contract("pinned"), { maps: { contract_shared: array(2) } })).rejects.toEqual(
      code("EBPF_INVALID_ARGUMENT"),
    );
  });

  it("given maps that are pinned by name, then a second load uses them again, and a failed one leaves no pin", async () => {
    const runtime = simulate();
    const first = await runtime.load(contract("pinned"), { pinRoot: "folder" });
    const second = await runtime.load(contract("pinned"), { pinRoot: "folder" });
    first.maps.get("contract_shared").set(0, 5);
    expect(second.maps.get("contract_shared").get(0)).toBe(5);
    expect([...runtime.pins("map")].map(({ path }) => path)).toEqual([
      "BPF:\\folder\\contract_outer",
      "BPF:\\folder\\contract_shared",
    ]);
    await expect(runtime.load(contract("pinned"), { types: { pinned: "no such type" } })).rejects.toThrow();
    expect([...runtime.pins()]).toHaveLength(2);
  });

  it("given static values, then a native image has them, and byte code has not", async () => {
    const native = await simulate().load(contract("nested"));
    expect(native.maps.get("outer").get(1)).toBe(native.maps.get("inner").info.id);
    const jit = await simulate({ profile: "jit" }).load(contract("nested"));
    expect(jit.maps.get("outer").get(1)).toBeUndefined();
  });
});

describe("which Windows is imitated", () => {
  it("given a build for native images only, then byte code is EBPF_NOT_SUPPORTED and no map is left", async () => {
    const runtime = simulate({ profile: "native-only" });
    expect(runtime.supports("byte-code")).toBe(false);
    await expect(runtime.load(contract("nested"))).rejects.toMatchObject({
      code: "EBPF_NOT_SUPPORTED",
      native: { errno: 129 },
    });
    expect([...runtime.ids("map")]).toEqual([]);
  });

  it("given memory integrity, then byte code is EBPF_BLOCKED, and native images run", async () => {
    await expect(simulate({ profile: "jit", hvci: true }).load(contract("nested"))).rejects.toMatchObject({
      code: "EBPF_BLOCKED",
      native: { result: 21, errno: 131 },
    });
    const object = await simulate({ hvci: true }).load(contract("nested"));
    expect(object.programs.get("nested").info.execution).toBe("native");
  });

  it("given a process that is not elevated, then what asks the driver is EBPF_ACCESS_DENIED with EPERM", async () => {
    const runtime = simulate({ elevated: false });
    const denied = expect.objectContaining({ code: "EBPF_ACCESS_DENIED", native: { result: 20, errno: 1 } });
    expect(() => runtime.createMap({ type: MapType.HASH, ...numbers, maxEntries: 1 })).toThrow(denied);
    expect(() => runtime.openPinnedMap("m", numbers)).toThrow(denied);
    expect(() => [...runtime.ids("program")]).toThrow(denied);
    expect(() => [...runtime.pins()]).toThrow(denied);
    await expect(runtime.load(contract("sections"))).rejects.toEqual(denied);
  });
});

describe("opening what is there", () => {
  it("given ids, then maps, programs and links open by them, each kind by its own", async () => {
    const runtime = simulate();
    const object = await runtime.load(contract("nested"));
    const link = await object.programs.get("nested").attach();
    const [mapId = 0] = runtime.ids("map");
    const { id } = object.programs.get("nested").info;
    expect(runtime.openMap(mapId, numbers).info.id).toBe(mapId);
    expect(runtime.openProgram(id)).toMatchObject({ name: "nested", section: "bind", type: "bind", spec: undefined });
    expect(runtime.openLink(link.info.id).info.programId).toBe(id);
    expect(() => runtime.openProgram(mapId)).toThrow(code("EBPF_NOT_FOUND"));
    expect([...runtime.ids("program")]).toHaveLength(2);
    await runtime.synchronize();
  });

  it("given pins of programs and links, then they outlive what made them, until they are unpinned", async () => {
    const runtime = simulate();
    const object = await runtime.load(contract("sections"));
    const link = (await object.programs.get("first").attach()).pin("the link");
    object.programs.get("second").pin("the program");
    object.close();
    link.close();
    expect([...runtime.pins()]).toEqual([
      { path: "BPF:\\the link", kind: "link" },
      { path: "BPF:\\the program", kind: "program" },
    ]);
    const again = runtime.openPinnedProgram("the program");
    expect((await again.run({ context: new Uint8Array(56) })).returnValue).toBe(0);
    expect(() => runtime.openPinnedLink("the program")).toThrow(code("EBPF_INVALID_ARGUMENT"));
    const opened = runtime.openPinnedLink("the link");
    expect(opened.info.programId).not.toBe(0);
    opened.close();
    expect([...runtime.ids("link")]).toHaveLength(1);
    runtime.unpin("the link");
    expect([...runtime.ids("link")]).toEqual([]);
  });

  it("given a map of maps, then it is written with maps, read as ids, and its inner maps open", () => {
    const runtime = simulate();
    const inner = runtime.createMap({ type: MapType.HASH, ...numbers, maxEntries: 4 });
    const outer = runtime.createMap({ type: MapType.ARRAY_OF_MAPS, key: u32, inner, maxEntries: 2 });
    outer.setObject(1, inner);
    inner.set(3, 30);
    expect([outer.get(0), outer.get(1)]).toEqual([undefined, inner.info.id]);
    expect(outer.getMap(1, numbers)?.get(3)).toBe(30);
    outer.setObject(1, undefined);
    expect(outer.get(1)).toBeUndefined();
  });

  it("given maps without keys, and per-CPU maps through other codecs, then they are made and read", () => {
    const runtime = simulate();
    expect(runtime.createMap({ type: MapType.QUEUE, value: u64, maxEntries: 2 }).push(5n).pop()).toBe(5n);
    expect(runtime.createMap({ type: MapType.RINGBUF, maxEntries: 4096 }).info.keySize).toBe(0);
    const counts = runtime.createMap({
      type: MapType.PERCPU_ARRAY,
      key: u32,
      value: perCpu(u32, runtime.cpus),
      maxEntries: 1,
    });
    counts.set(0, [1, 2]);
    expect(
      counts
        .as(u32, perCpu(bytes(4), runtime.cpus))
        .get(0)
        ?.map((each) => each[0]),
    ).toEqual([1, 2]);
  });
});
