import { describe, expect, it } from "vitest";
import { soak } from "../../scripts/fuzz-kernel.mjs";
import * as api from "../../src/index.ts";
import * as isa from "../../src/isa/index.ts";
import { type Kernel, SimulatedEngine } from "../../src/simulated/index.ts";

function kernelOf({ engine }: api.SimulatedRuntime): Kernel {
  if (engine instanceof SimulatedEngine) return engine.kernel;
  throw new Error("not a simulated engine");
}

// `npm run fuzz -- kernel` goes on for a million operations.
describe("a long life", () => {
  it("given 20,000 random calls, faults, throws and closes, then errors are typed and nothing is left", async () => {
    const { errors, problem, used } = await soak({ api, isa, kernelOf }, { count: 20_000, seed: 1 });
    expect(problem).toBeUndefined();
    expect(new Set(used).size).toBe(1);
    // Each of these ways to fail was there.
    for (const code of ["CLOSED", "NO_MEMORY", "FAULT", "BUDGET_EXCEEDED", "INVALID_OBJECT", "NOT_FOUND"]) {
      expect(errors.get(`EBPF_${code}`), code).toBeGreaterThan(0);
    }
  });

  it("given a kernel whose memory is used up, then everything that takes some is NO_MEMORY, and room helps again", async () => {
    const { bytes, MapType, simulate } = api;
    const runtime = simulate({ verify: false, memoryLimit: 1 << 20 });
    const kinds = [MapType.HASH, MapType.LRU_HASH, MapType.LPM_TRIE, MapType.QUEUE, MapType.RINGBUF];
    const create = (type: number) => {
      const codec = bytes(type === MapType.RINGBUF ? 0 : 64);
      const key = bytes(type === MapType.RINGBUF || type === MapType.QUEUE ? 0 : 8);
      return runtime.createMap({ type, key, value: codec, maxEntries: 4096 });
    };
    const full = expect.objectContaining({ code: "EBPF_NO_MEMORY" });
    const maps: { close(): void }[] = [];
    const before = kernelOf(runtime).memory.used;
    const fill = (type: number) => {
      for (;;) maps.push(create(type));
    };
    for (const type of kinds) expect(() => fill(type)).toThrow(full);
    const objects = [...kernelOf(runtime).objects].length;
    for (const type of kinds) expect(() => create(type)).toThrow(full);
    expect([...kernelOf(runtime).objects]).toHaveLength(objects);
    for (const map of maps) map.close();
    expect(kernelOf(runtime).memory.used).toBe(before);
    create(MapType.HASH).close();
  });
});
