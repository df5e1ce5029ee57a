import { describe, expect, it } from "vitest";
import { bytes, EbpfError, type Feature, MapType, u32, u64 } from "../../../src/index.ts";
import { double } from "./double.ts";
import { withRuntime } from "./with-runtime.ts";

/** The version that the DLL has the exports of; the newest one unless said (scripts/wine.mjs). */
const version = process.env["WINBPF_DOUBLE_VERSION"] ?? "1.6";
/** mov r0, 7; exit */
const code = Uint8Array.of(0xb7, 0, 0, 0, 7, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const program = { name: "p", type: "bind", section: "bind", code, lines: [], maps: [], attachType: 2 } as const;
const nothing = bytes(0);

/** What a version cannot do, by what it exports (ebpfapi/Source.def at its tag). */
const lacking: Readonly<Record<string, readonly Feature[]>> = {
  "0.17": ["native-images", "perf-events", "pin-list", "synchronize"],
  "0.21": ["synchronize"],
  "1.6": [],
};
const depends = ["attach", "xdp", "rings", "test-run", "byte-code", "interpreter", "object-reader"] as const;
const lacks = lacking[version] ?? [];

const notSupported = expect.objectContaining({ code: "EBPF_NOT_SUPPORTED", hint: expect.stringContaining("version") });

describe(`ebpfapi.dll as of ${version}`, () => {
  it("given what it exports, then supports says what it lacks", async () => {
    await withRuntime((runtime) => {
      const asked: readonly Feature[] = [...depends, ...(lacking["0.17"] ?? [])];
      expect(asked.filter((feature) => !runtime.supports(feature))).toEqual(lacks);
      expect(runtime.programTypes).toContain("bind");
    });
  });

  it("given maps, when made, copied, pinned and closed, then all descriptors are closed where they belong", async () => {
    await withRuntime((runtime) => {
      const map = runtime.createMap({ name: "m", type: MapType.HASH, key: u32, value: u64, maxEntries: 4 }).set(1, 7n);
      const { engine } = runtime;
      const copy = engine.duplicate(map.handle);
      expect(engine.mapInfo(copy).id).toBe(map.info.id);
      engine.close(copy);
      expect(map.get(1)).toBe(7n);
      map.pin("BPF:\\old");
      map.close();
      const again = runtime.openPinnedMap("BPF:\\old", { key: u32, value: u64 });
      expect(again.get(1)).toBe(7n);
      expect([...runtime.ids("map")]).toHaveLength(1);
      again.close();
      expect(() => runtime.openPinnedProgram("BPF:\\old")).toThrow(EbpfError);
      runtime.unpin("BPF:\\old");
      // The stand-in for an old version looks here what the C run-time has closed.
      expect(double?.count("descriptors") ?? 0).toBe(0);
      expect([...runtime.ids("map")]).toEqual([]);
    });
  });

  it("given a program, when attached and detached, then the link lives as long as it is open", async () => {
    await withRuntime(async ({ engine }) => {
      const loaded = await engine.loadProgram(program);
      const link = await engine.attach(loaded, 2, new Uint8Array(0));
      expect(engine.linkInfo(link).programId).toBe(engine.programInfo(loaded).id);
      double?.fire(2, new Uint8Array(8));
      engine.detach(link);
      expect(engine.linkInfo(link).programId).toBe(0);
      engine.close(link);
      expect((await engine.testRun(loaded, { context: new Uint8Array(56) })).returnValue).toBe(7);
      engine.close(loaded);
    });
  });

  it("given a ring buffer, then its records are read, those that come while somebody waits, too", async () => {
    await withRuntime(async (runtime) => {
      if (version === "0.17") return;
      const ring = runtime.createMap({ type: MapType.RINGBUF, key: nothing, value: nothing, maxEntries: 4096 });
      const records = ring.records();
      for (let round = 0; round < 20; round++) {
        const next = records.next();
        runtime.engine.writeRing(ring.handle, Uint8Array.of(round, 2, 3));
        expect((await next).value?.data).toEqual(Uint8Array.of(round, 2, 3));
      }
      await records.return?.();
      ring.close();
      expect(double?.count("mappings") ?? 0).toBe(0);
      expect(double?.count("allocations") ?? 0).toBe(0);
    });
  });

  it("given a perf event array, then its records are read where the version can", async () => {
    await withRuntime(async (runtime) => {
      const perf = runtime.createMap({
        type: MapType.PERF_EVENT_ARRAY,
        key: nothing,
        value: nothing,
        maxEntries: 4096,
      });
      if (lacks.includes("perf-events")) {
        expect(() => runtime.engine.ring(perf.handle, 0)).toThrow(notSupported);
        return;
      }
      const records = perf.records();
      for (let round = 0; round < 20; round++) {
        const next = records.next();
        runtime.engine.writeRing(perf.handle, Uint8Array.of(round));
        expect((await next).value?.data[0]).toBe(round);
      }
      await records.return?.();
    });
  });

  it("given what it lacks, when that is asked for, then EBPF_NOT_SUPPORTED and what to do", async () => {
    await withRuntime(async (runtime) => {
      if (lacks.includes("synchronize")) await expect(runtime.synchronize()).rejects.toEqual(notSupported);
      else await runtime.synchronize();
      if (lacks.includes("pin-list")) expect(() => [...runtime.pins()]).toThrow(notSupported);
      else expect([...runtime.pins()]).toEqual([]);
      if (lacks.includes("native-images"))
        await expect(runtime.engine.loadNative("C:\\x.sys")).rejects.toEqual(notSupported);
    });
  });
});
