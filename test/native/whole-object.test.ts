import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseBtf } from "../../src/elf/index.ts";
import { bytes, MapType, openRuntime, parse, type Runtime, u32, u64 } from "../../src/index.ts";
import { needsLibbpf } from "../../src/native/needs-libbpf.ts";
import type { ObjectSpec, Platform } from "../../src/spec/index.ts";
import { whyNoLibbpf } from "./usable.ts";

const read = (path: string, platform: Platform = "linux"): ObjectSpec =>
  parse(readFileSync(resolve(import.meta.dirname, path)), { platform });

describe("objects that libbpf's own loader is needed for", () => {
  it.each([
    ["programs/kernel_types.o", true],
    ["../elf/fixtures/core.o", true],
    ["../elf/fixtures/inner_ring.o", true],
    ["programs/linux_ring.o", false],
    ["programs/linux_hooks.o", false],
    ["../programs/count_ports.o", false],
  ])("given %s, then it is needed: %s", (path, needed) => {
    expect(needsLibbpf(read(path))).toBe(needed);
  });
});

const TYPES = "/sys/kernel/btf/vmlinux";
const why = whyNoLibbpf() ?? (existsSync(TYPES) ? undefined : "the kernel has no BTF");
const file = resolve(import.meta.dirname, "programs/kernel_types.o");
const pinName = `winbpf-whole-${process.pid}`;
const pinRoot = `/${pinName}`;
const packet = new Uint8Array(64);

describe.skipIf(why !== undefined)(`by libbpf's own loader${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  let runtime: Runtime;
  beforeEach(() => {
    runtime = openRuntime("libbpf");
  });
  afterEach(() => {
    for (const path of ourPins()) runtime.unpin(path);
    runtime.close();
  });
  const ourPins = () => [...runtime.pins()].map(({ path }) => path).filter((path) => path.includes(pinName));
  const load = (options = {}) => runtime.load(file, { pinRoot, ...options });

  it("given an object, then its programs are those of the file, but for what is not loaded unasked", async () => {
    const object = await load();
    expect([...object.programs].map(({ name }) => name)).toEqual(["place_of_pid", "version", "sum", "count"]);
    expect([...object.maps].map(({ name }) => name)).toEqual(["guarded", ".rodata", ".data"]);
    expect(object.programs.get("count").info).toMatchObject({ type: "sched_cls", section: "tc" });
  });

  it("given CO-RE, then places are those of the kernel's own structs", async () => {
    const { types } = parseBtf(readFileSync(TYPES));
    const places = types.flatMap((type) =>
      type.kind === "struct" && type.name === "task_struct"
        ? type.members.filter(({ name }) => name === "pid").map(({ bitOffset }) => bitOffset / 8)
        : [],
    );
    const object = await load({ programs: ["place_of_pid"] });
    expect(places).toContain((await object.programs.get("place_of_pid").run({ data: packet })).returnValue);
  });

  it("given the kernel's version and a callback, then both are there, and globals as they were set", async () => {
    const object = await load({ globals: { factor: 5 } });
    const [major = 0, minor = 0, patch = 0] = release().split(/[.-]/).map(Number);
    const run = async (name: string) => (await object.programs.get(name).run({ data: packet })).returnValue;
    // KERNEL_VERSION of include/linux/version.h.
    expect(await run("version")).toBe((major << 16) + (minor << 8) + Math.min(patch, 255));
    expect(await run("sum")).toBe((0 + 1 + 2 + 3 + 4) * 5);
    expect(await run("count")).toBe(1);
    expect(object.globals.get("total")).toBe(41);
    expect(object.maps.get("guarded").get(0)).toMatchObject({ count: 1 });
  });

  it("given names of programs, then those are loaded and no others", async () => {
    const object = await load({ programs: ["on_request"] });
    expect([...object.programs].map(({ name }) => name)).toEqual(["on_request"]);
    expect((await object.programs.get("on_request").run({ data: packet })).returnValue).toBe(7);
  });

  it("given a type for a program, then it is of that type", async () => {
    const object = await load({ programs: ["sum"], types: { sum: "sched_act" } });
    expect(object.programs.get("sum").info.type).toBe("sched_act");
  });

  it("given a map that is pinned by its name, then the next load uses it, and so does one that is given it", async () => {
    const first = await load();
    await first.programs.get("count").run({ data: packet });
    const second = await load();
    expect((await second.programs.get("count").run({ data: packet })).returnValue).toBe(2);
    const third = await load({ maps: { guarded: first.maps.get("guarded") }, pinRoot: `${pinRoot}-other` });
    expect((await third.programs.get("count").run({ data: packet })).returnValue).toBe(3);
    expect(() => runtime.openPinnedMap(`${pinRoot}-other/guarded`)).toThrow();
  });

  it("given a map that is defined otherwise, then nothing is loaded", async () => {
    const map = runtime.createMap({ name: "other", type: MapType.ARRAY, key: u32, value: u32, maxEntries: 1 });
    const programs = [...runtime.ids("program")].length;
    await expect(load({ maps: { guarded: map } })).rejects.toMatchObject({ code: "EBPF_INVALID_ARGUMENT" });
    expect([...runtime.ids("program")]).toHaveLength(programs);
  });

  it("given a program that the kernel refuses, then its name, the complaint and the log are told, and no pin is left", async () => {
    const loading = load({ programs: ["count", "wild"] });
    await expect(loading).rejects.toMatchObject({
      code: "EBPF_VERIFICATION_FAILED",
      message: expect.stringMatching(/^Program "wild" is rejected: R\d invalid mem access/),
      log: expect.stringContaining("invalid mem access"),
    });
    expect(ourPins()).toEqual([]);
  });

  it("given an object that libbpf refuses, then its words are in the message", async () => {
    const other = resolve(import.meta.dirname, "../elf/fixtures/flexible.o");
    await expect(runtime.load(other)).rejects.toMatchObject({
      code: "EBPF_INVALID_ARGUMENT",
      message: expect.stringContaining("missing BPF prog type, check ELF section name 'xdp/plain'"),
    });
  });

  it("given maps that an object leaves the size of to whoever loads it, then it is loaded with those", async () => {
    const other = resolve(import.meta.dirname, "../elf/fixtures/inner_ring.o");
    await expect(runtime.load(other)).rejects.toMatchObject({
      message: expect.stringContaining("map 'rings': failed to create inner map"),
    });
    const ring = runtime.createMap({
      name: "ring",
      type: MapType.RINGBUF,
      key: bytes(0),
      value: bytes(0),
      maxEntries: 4096,
    });
    const rings = runtime.createMap({
      name: "rings",
      type: MapType.ARRAY_OF_MAPS,
      key: u32,
      inner: ring,
      maxEntries: 2,
    });
    rings.setObject(1, ring);
    const object = await runtime.load(other, { maps: { rings } });
    expect(object.programs.get("look").info.mapIds).toContain(rings.info.id);
  });

  it("given an object of maps only, then they are made", async () => {
    const object = await runtime.load(resolve(import.meta.dirname, "../elf/fixtures/only_maps.o"));
    const numbers = object.maps.get("numbers").as(u32, u64);
    numbers.set(2, 9n);
    expect([...numbers]).toEqual([
      [0, 0n],
      [1, 0n],
      [2, 9n],
    ]);
  });
});
