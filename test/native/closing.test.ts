import { readdirSync, readlinkSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { MapType, openRuntime, type Runtime, simulate, u32, u64 } from "../../src/index.ts";
import { whyNoLibbpf } from "./usable.ts";

const why = whyNoLibbpf();
const code = Uint8Array.of(0xb7, 0, 0, 0, 2, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const closed = expect.objectContaining({ code: "EBPF_CLOSED" });

/** Descriptors of maps, programs and links that this process has. */
const descriptors = () =>
  readdirSync("/proc/self/fd")
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return "";
      }
    })
    .filter((target) => /bpf-(map|prog|link)|bpf_link/.test(target)).length;

const hash = (runtime: Runtime) =>
  runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 4 }).set(1, 1n);

describe("closing a runtime", () => {
  it("given maps that are open, then they answer EBPF_CLOSED, and closing them again does nothing", () => {
    const runtime = simulate();
    const map = hash(runtime);
    runtime.close();
    expect(map.closed).toBe(true);
    expect(() => map.get(1)).toThrow(closed);
    map.close();
    runtime.close();
  });

  it.skipIf(why !== undefined)(
    `given open maps, programs and rings, then their descriptors are closed at once${why === undefined ? "" : ` (skipped: ${why})`}`,
    async () => {
      const before = descriptors();
      const runtime = openRuntime("libbpf");
      const map = hash(runtime);
      map.as(u32, u64);
      const pinned = map.info.id;
      const other = runtime.openMap(pinned);
      const object = await runtime.load(resolve(import.meta.dirname, "programs/linux_ring.o"));
      const records = object.maps.get("ring").records();
      const next = records.next();
      expect(descriptors()).toBeGreaterThanOrEqual(before + 4);
      runtime.close();
      expect(descriptors()).toBe(before);
      await expect(next).rejects.toThrow(closed);
      expect(() => other.count()).toThrow(closed);
      object.close();
    },
  );

  it.skipIf(why !== undefined)(
    `given a program that is being loaded, then nothing of it stays open${why === undefined ? "" : ` (skipped: ${why})`}`,
    async () => {
      const before = descriptors();
      const runtime = openRuntime("libbpf");
      const load = runtime.load(resolve(import.meta.dirname, "programs/linux_ring.o"));
      // The file is read and its maps are made when others had their turn.
      while (descriptors() === before) await new Promise((done) => setImmediate(done));
      runtime.close();
      await load.catch(() => {});
      expect(descriptors()).toBe(before);
    },
  );

  it.skipIf(why !== undefined)(
    `given a program for a map's template, then the kernel says what is wrong${why === undefined ? "" : ` (skipped: ${why})`}`,
    async () => {
      const runtime = openRuntime("libbpf");
      const { engine } = runtime;
      const parts = { section: "xdp", lines: [], maps: [], attachType: 1 };
      // A name that is empty is a name.
      const inner = await engine.loadProgram({ name: "", type: "xdp", code, ...parts });
      expect(engine.programInfo(inner).name).toBe("");
      const options = { name: "outer", type: MapType.ARRAY_OF_MAPS, keySize: 4, valueSize: 4, maxEntries: 1, inner };
      const refused = expect.objectContaining({ native: expect.objectContaining({ errno: expect.any(Number) }) });
      expect(() => engine.createMap(options)).toThrow(refused);
      engine.close(inner);
      runtime.close();
    },
  );
});
