import { describe, expect, it } from "vitest";
import { MapType, simulate, u32, u64 } from "../../src/index.ts";

describe("a map by columns", () => {
  it("given more entries than a batch has, then each is there once, key beside value", () => {
    const runtime = simulate();
    const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 64 });
    map.setMany(Array.from({ length: 50 }, (_, i) => [i, BigInt(i) * 3n]));
    const seen = new Map<number, bigint>();
    for (const batch of map.columns(20)) {
      expect(batch.length).toBeLessThanOrEqual(20);
      for (let i = 0; i < batch.length; i++) seen.set(batch.key(i), batch.value(i));
    }
    expect(seen).toEqual(new Map(Array.from({ length: 50 }, (_, i) => [i, BigInt(i) * 3n])));
    runtime.close();
  });

  it("given an index beyond the end, then EBPF_INVALID_ARGUMENT", () => {
    const runtime = simulate();
    const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 4 }).set(1, 1n);
    const [batch] = map.columns();
    for (const index of [-1, 1, 0.5, Number.NaN]) {
      const invalid = expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" });
      expect(() => batch?.value(index)).toThrow(invalid);
    }
    runtime.close();
  });
});
