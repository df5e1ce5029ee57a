import { describe, expect, it } from "vitest";
import { bytes, MapType, simulate, u32, u64 } from "../../src/index.ts";

describe("batches of a map", () => {
  const expected = new Map(Array.from({ length: 50 }, (_, i) => [i, BigInt(i) * 3n]));

  function open() {
    const runtime = simulate();
    const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 64 });
    return { runtime, map: map.setMany(expected) };
  }

  it("given more entries than a batch has, then each is there once, key beside value, in whatever way it is read", () => {
    const { runtime, map } = open();
    const [indexed, iterated, spread, arrays] = [new Map(), new Map(), new Map(), new Map()];
    for (const batch of map.batches(20)) {
      expect(batch.length).toBeLessThanOrEqual(20);
      for (let i = 0; i < batch.length; i++) indexed.set(batch.key(i), batch.value(i));
      for (const [key, value] of batch) iterated.set(key, value);
      for (const entry of [...batch]) spread.set(...entry);
      for (const [key, value] of batch.toArray()) arrays.set(key, value);
    }
    for (const seen of [indexed, iterated, spread, arrays]) expect(seen).toEqual(expected);
    runtime.close();
  });

  it("given a batch that is kept, when the map changes and is closed, then it has what was read", () => {
    const { runtime, map } = open();
    const batches = [...map.batches(20)];
    for (const key of expected.keys()) map.set(key, 0n);
    map.close();
    runtime.close();
    expect(new Map(batches.flatMap((batch) => batch.toArray()))).toEqual(expected);
  });

  it("given two loops over one batch, one inside the other, then each goes its own way", () => {
    const { runtime, map } = open();
    const [batch] = map.batches(7);
    let pairs = 0;
    for (const _ of batch ?? []) for (const _ of batch ?? []) pairs++;
    expect(pairs).toBe(49);
    const entries = batch?.[Symbol.iterator]();
    expect([...(entries ?? [])]).toHaveLength(7);
    expect(entries?.next().done).toBe(true);
    expect([...(entries ?? [])]).toEqual([]);
    runtime.close();
  });

  it("given an index beyond the end, then EBPF_INVALID_ARGUMENT", () => {
    const runtime = simulate();
    const map = runtime.createMap({ type: MapType.HASH, key: u32, value: bytes(3), maxEntries: 4 });
    const [batch] = map.set(1, new Uint8Array(3)).batches();
    const invalid = expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" });
    for (const index of [-1, 1, 0.5, Number.NaN]) {
      expect(() => batch?.key(index)).toThrow(invalid);
      expect(() => batch?.value(index)).toThrow(invalid);
    }
    runtime.close();
  });
});
