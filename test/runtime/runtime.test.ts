import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import {
  EbpfError,
  MapType,
  openRuntime,
  parse,
  Runtime,
  simulate,
  struct,
  u16,
  u32,
  u64,
  XdpAction,
} from "../../src/index.ts";
import { udpFrame } from "./ethernet.ts";

const path = resolve(import.meta.dirname, "../programs/count_ports.o");

async function counting() {
  const runtime = simulate();
  const object = await runtime.load(path);
  const link = await object.programs.get("count_ports").attach({ ifIndex: 3 });
  return { runtime, object, link };
}

describe("given a compiled program that counts ports", () => {
  it("when packets arrive, then its maps are read like a Map, with types from BTF", async () => {
    const { runtime, object } = await counting();
    for (const port of [53, 53, 4242]) runtime.network.receive(3, udpFrame(port));
    runtime.network.receive(4, udpFrame(53));
    const ports = object.maps.get("ports");
    expect(new Map(ports)).toEqual(
      new Map([
        [53, 2n],
        [4242, 1n],
      ]),
    );
    expect(ports.get(53)).toBe(2n);
    expect(ports.get(54)).toBeUndefined();
    expect(ports.type).toBe("hash");
    expect(object.maps.get("kinds").get(2)).toMatchObject({ packets: 3n, bytes: 126n });
  });

  it("when loaded from a URL, from bytes or from a spec, then it is the same program", async () => {
    const bytes = await readFile(path);
    for (const source of [pathToFileURL(path), new Uint8Array(bytes), parse(bytes)]) {
      const object = await simulate().load(source);
      expect(object.programs.names).toEqual(["count_ports"]);
    }
  });

  it("when its link is closed, or its runtime, then packets pass it by", async () => {
    const { runtime, object, link } = await counting();
    expect(runtime.links).toEqual([link]);
    link.close();
    link.close();
    runtime.network.receive(3, udpFrame(1));
    expect(object.maps.get("ports").count()).toBe(0);
    expect(runtime.links).toEqual([]);
  });

  it("when the object is closed, then the link keeps the program running", async () => {
    const { runtime, object } = await counting();
    object.close();
    expect(runtime.network.receive(3, udpFrame(1))).toMatchObject({ action: XdpAction.PASS, program: "count_ports" });
  });

  it("when something closed is used, then EBPF_CLOSED", async () => {
    const { runtime, object, link } = await counting();
    const program = object.programs.get("count_ports");
    const ports = object.maps.get("ports");
    link.close();
    expect(() => link.info).toThrow(expect.objectContaining({ code: "EBPF_CLOSED" }));
    object.close();
    expect(() => ports.get(1)).toThrow(expect.objectContaining({ code: "EBPF_CLOSED" }));
    await expect(program.attach({ ifIndex: 1 })).rejects.toMatchObject({ code: "EBPF_CLOSED" });
    runtime.close();
    runtime.close();
    await expect(runtime.load(path)).rejects.toMatchObject({ code: "EBPF_CLOSED" });
  });

  it("when a name is wrong, then the error lists the names that exist", async () => {
    const { object } = await counting();
    expect(() => object.programs.get("count_port")).toThrow(
      expect.objectContaining({ code: "EBPF_NOT_FOUND", hint: expect.stringContaining('"count_ports"') }),
    );
    for (const name of ["__proto__", "constructor", "then", "toString"]) {
      expect(object.maps.find(name)).toBeUndefined();
      expect(object.maps.has(name)).toBe(false);
    }
  });

  it("when attached with nonsense, then EBPF_INVALID_ARGUMENT", async () => {
    const { object } = await counting();
    for (const ifIndex of [-1, 1.5, 2 ** 32, Number.NaN]) {
      await expect(object.programs.get("count_ports").attach({ ifIndex })).rejects.toMatchObject({
        code: "EBPF_INVALID_ARGUMENT",
      });
    }
  });

  it("when run without a hook, then the result is the program's", async () => {
    const { object } = await counting();
    const result = await object.programs.get("count_ports").run({ data: udpFrame(99), repeat: 4 });
    expect(result.returnValue).toBe(XdpAction.PASS);
    expect(object.maps.get("ports").get(99)).toBe(4n);
  });
});

describe("tracing a program", () => {
  it("given a packet, then every step comes with its source line, and the result is what a run gives", async () => {
    const { object } = await counting();
    const program = object.programs.get("count_ports");
    const trace = program.trace({ data: udpFrame(99) });
    const steps = [];
    let next = trace.next();
    for (; !next.done; next = trace.next()) steps.push(next.value);
    expect(next.value).toBe((await program.run({ data: udpFrame(99) })).returnValue);
    expect(steps[0]?.pc).toBe(0);
    expect(steps.at(-1)?.text).toBe("exit");
    const files = new Set(steps.map((step) => step.line?.file.split("/").at(-1)));
    expect(files.has("count_ports.c")).toBe(true);
    expect(files.has(undefined)).toBe(false);
    expect(object.maps.get("ports").get(99)).toBe(2n);
  });

  it("given a trace that is not finished, then nothing else runs; once it is left, all does", async () => {
    const { runtime, object } = await counting();
    const trace = object.programs.get("count_ports").trace({ data: udpFrame(99) });
    trace.next();
    expect(() => runtime.network.receive(3, udpFrame(1))).toThrow(
      expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }),
    );
    trace.return(0);
    expect(runtime.network.receive(3, udpFrame(1)).action).toBe(XdpAction.PASS);
  });
});

describe("given a map of no object", () => {
  const traffic = struct({ packets: u64, errors: u32 });
  const make = () => simulate().createMap({ name: "t", type: MapType.HASH, key: u16, value: traffic, maxEntries: 8 });

  it("then set, get, has, delete, clear and count do what a Map does", () => {
    const map = make();
    map.set(1, { packets: 5n, errors: 6 }).set(2, { packets: 7n, errors: 0 });
    expect(map.get(1)).toEqual({ packets: 5n, errors: 6 });
    expect(map.has(2)).toBe(true);
    expect([...map.keys()].toSorted()).toEqual([1, 2]);
    expect([...map.values()]).toHaveLength(2);
    expect(map.delete(1)).toBe(true);
    expect(map.delete(1)).toBe(false);
    map.clear();
    expect(map.count()).toBe(0);
  });

  it("then modes create and replace refuse with typed errors", () => {
    const map = make();
    expect(() => map.set(1, { packets: 1n, errors: 0 }, "replace")).toThrow(
      expect.objectContaining({ code: "EBPF_NOT_FOUND" }),
    );
    map.set(1, { packets: 1n, errors: 0 }, "create");
    expect(() => map.set(1, { packets: 1n, errors: 0 }, "create")).toThrow(
      expect.objectContaining({ code: "EBPF_ALREADY_EXISTS" }),
    );
  });

  it("then values that do not fit are refused", () => {
    const map = make();
    expect(() => map.set(70_000, { packets: 1n, errors: 0 })).toThrow(EbpfError);
    expect(() => map.set(1, { packets: -1n, errors: 0 })).toThrow(EbpfError);
  });

  it("then it can be seen through other codecs of the same sizes, and of no others", () => {
    const map = make();
    map.set(1, { packets: 5n, errors: 6 });
    expect([...map.as(u16, struct({ low: u32, high: u32, errors: u32, padding: u32 }))]).toEqual([
      [1, { low: 5, high: 0, errors: 6, padding: 0 }],
    ]);
    expect(() => map.as(u32, traffic)).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
  });

  it("then entries deleted while walking end the walk early and never repeat", () => {
    const map = make();
    for (let i = 0; i < 20; i++) map.set(i, { packets: 0n, errors: 0 });
    const seen: number[] = [];
    for (const [key] of map) {
      seen.push(key);
      map.delete(key);
    }
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe("opening a runtime", () => {
  it("given nothing native, then the simulated one, and it says why", () => {
    const runtime = openRuntime();
    expect(runtime.kind).toBe("simulated");
    expect(runtime.why).toMatch(/^simulated: (there is no native addon|ebpf-for-windows is not)/);
    expect(runtime.supports("xdp")).toBe(true);
  });

  it("given a name, then never another runtime", () => {
    expect(openRuntime("simulated")).toBeInstanceOf(Runtime);
    for (const kind of ["windows", "libbpf"] as const) {
      try {
        const runtime = openRuntime(kind);
        expect(runtime.kind).toBe(kind);
        runtime.close();
      } catch (error) {
        expect(error).toMatchObject({ code: "EBPF_UNAVAILABLE" });
      }
    }
  });

  it("given a file that is not there, then EBPF_UNREADABLE with the cause", async () => {
    const error = await simulate()
      .load("nowhere.o")
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: "EBPF_UNREADABLE", cause: { code: "ENOENT" } });
  });

  it("given two kernels, then they do not meet", async () => {
    const [one, two] = await Promise.all([counting(), counting()]);
    one.runtime.network.receive(3, udpFrame(7));
    expect(one.object.maps.get("ports").count()).toBe(1);
    expect(two.object.maps.get("ports").count()).toBe(0);
  });
});
