import { describe, expect, it } from "vitest";
import { bytes, type Codec, MapType, simulate, struct, u16, u32, u64 } from "../../src/index.ts";

const pair = struct({ a: u32, b: u16 });

const opened = () => {
  const runtime = simulate();
  const create = (name: string) =>
    runtime.createMap({ name, type: MapType.HASH, key: pair, value: u64, maxEntries: 8 });
  return { runtime, one: create("one"), other: create("other") };
};

/** A key whose first member does something when it is read. */
const acting = (a: number, act: () => void) => ({
  get a() {
    act();
    return a;
  },
  b: 7,
});

describe("map calls whose keys are written where the kernel reads them", () => {
  it("given a key that calls other maps and this one when it is read, then each call has its own key", () => {
    const { one, other } = opened();
    one.set({ a: 1, b: 7 }, 11n);
    other.set({ a: 1, b: 7 }, 22n);
    const seen: unknown[] = [];
    const look = () => {
      seen.push(one.get({ a: 9, b: 9 }), other.get({ a: 1, b: 7 }), one.has({ a: 1, b: 7 }));
      other.set({ a: 3, b: 3 }, 33n);
      other.delete({ a: 3, b: 3 });
    };
    expect(one.get(acting(1, look))).toBe(11n);
    expect(one.set(acting(2, look), 5n).get({ a: 2, b: 7 })).toBe(5n);
    expect(one.delete(acting(2, look))).toBe(true);
    expect(one.has(acting(2, look))).toBe(false);
    expect(seen).toEqual(Array.from({ length: 4 }, () => [undefined, 22n, true]).flat());
    expect([...other]).toHaveLength(1);
  });

  it("given memory that grows while a key or value is read, then the call is as any other", () => {
    const { runtime, one } = opened();
    const grow = () => {
      runtime.createMap({ type: MapType.ARRAY, key: u32, value: bytes(8192), maxEntries: 4096 });
    };
    expect(one.set(acting(1, grow), 11n).get(acting(1, grow))).toBe(11n);
    const map = runtime.createMap({ type: MapType.HASH, key: u32, value: pair, maxEntries: 8 });
    expect({ ...map.set(5, acting(6, grow)).get(5) }).toEqual({ a: 6, b: 7 });
    expect(map.count()).toBe(1);
  });

  it("given a key or value that closes the map when it is read, then EBPF_CLOSED, and nothing is written", () => {
    const { runtime, one, other } = opened();
    const again = runtime.createMap({ type: MapType.HASH, key: u32, value: pair, maxEntries: 8 });
    again.pin("again");
    const closed = expect.objectContaining({ code: "EBPF_CLOSED" });
    expect(() => one.get(acting(1, () => one.close()))).toThrow(closed);
    expect(() =>
      other.set(
        acting(1, () => other.close()),
        1n,
      ),
    ).toThrow(closed);
    expect(() =>
      again.set(
        1,
        acting(1, () => again.close()),
      ),
    ).toThrow(closed);
    const pinned = runtime.openPinnedMap("again", { key: u32, value: pair });
    expect([...pinned]).toEqual([]);
    pinned.set(2, { a: 1, b: 2 });
    expect(pinned.count()).toBe(1);
  });

  it("given a key that does not fit, then the error names it, and the next call is not held up", () => {
    const { one } = opened();
    expect(() => one.get({ a: -1, b: 0 })).toThrow(/^key\.a: -1 does not fit in u32/);
    expect(() => one.set({ a: 1, b: 0 }, -1n)).toThrow(/^value: -1n? does not fit in u64/);
    expect(() => one.has(acting(1, () => JSON.parse("{")))).toThrow(SyntaxError);
    expect(one.set({ a: 1, b: 0 }, 1n).get({ a: 1, b: 0 })).toBe(1n);
  });

  it("given a codec that is not ours, then it sees its own bytes alone", () => {
    const sizes: number[] = [];
    const mine: Codec<number> = {
      name: "mine",
      size: 4,
      align: 4,
      encode: (value, into) => {
        sizes.push(into.length);
        into[0] = value;
      },
      decode: (from) => {
        sizes.push(from.length);
        return from[0] ?? 0;
      },
    };
    const { runtime } = opened();
    const map = runtime.createMap({ type: MapType.HASH, key: mine, value: mine, maxEntries: 8 });
    const inside = runtime.createMap({ type: MapType.HASH, key: struct({ a: mine }), value: u32, maxEntries: 8 });
    expect(map.set(1, 2).get(1)).toBe(2);
    expect(inside.set({ a: 1 }, 2).get({ a: 1 })).toBe(2);
    expect(new Set(sizes)).toEqual(new Set([4]));
  });
});
