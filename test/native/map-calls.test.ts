import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytes, i32, i64, MapType, openRuntime, type Runtime, struct, u8, u16, u32, u64 } from "../../src/index.ts";
import { whyNoLibbpf } from "./usable.ts";

const why = whyNoLibbpf();
const pair = struct({ a: u16, b: u16 });

/** A key whose first member does something when it is read. */
const acting = (a: number, act: () => void) => ({
  get a() {
    act();
    return a;
  },
  b: 0,
});

describe.skipIf(why !== undefined)(`calls of native maps${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = openRuntime("libbpf");
  });
  afterAll(() => runtime?.close());
  const hash = () => runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 64 });

  it("given words as keys and values, then what is written is read, by this map and through other codecs", () => {
    const map = hash();
    const ends = [0n, 2n ** 64n - 1n, 1n << 63n];
    for (const [key, value] of ends.entries()) {
      expect(map.has(key)).toBe(false);
      expect(map.get(key)).toBeUndefined();
      expect(map.set(key, value).get(key)).toBe(value);
      expect(map.has(key)).toBe(true);
    }
    expect(map.set(2 ** 32 - 1, 5n).get(2 ** 32 - 1)).toBe(5n);
    const signed = map.as(i32, i64);
    // The second call of each goes the quick way.
    for (let call = 0; call < 2; call++) {
      expect(signed.get(-1)).toBe(5n);
      expect(signed.get(1)).toBe(-1n);
      expect(signed.set(-1, -(2n ** 63n)).get(-1)).toBe(-(2n ** 63n));
      expect(map.get(2 ** 32 - 1)).toBe(2n ** 63n);
      signed.set(-1, 5n);
    }
    expect([map.delete(0), map.delete(0), map.has(0)]).toEqual([true, false, false]);
    map.close();
  });

  it("given what is no word of the type, then the error says so, before and after good calls, and a bigint that fits is taken", () => {
    const map = hash();
    for (let call = 0; call < 2; call++) {
      for (const key of [-1, 2 ** 32, 0.5, Number.NaN]) {
        expect(() => map.get(key)).toThrow(/^key: /);
        expect(() => map.set(key, 1n)).toThrow(/^key: /);
        expect(() => map.delete(key)).toThrow(/^key: /);
      }
      for (const value of [-1n, 2n ** 64n]) expect(() => map.set(1, value)).toThrow(/^value: .* does not fit in u64/);
      expect(map.has(1)).toBe(false);
      expect(map.set(7, 9n).get(7)).toBe(9n);
      const any = map.as<unknown, unknown>(u32, u64);
      expect(any.set(7n, 10).get(7n)).toBe(10n);
    }
    map.close();
  });

  it("given modes, then each is refused as by any other way", () => {
    const map = hash().set(1, 1n);
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => map.set(1, 2n, "create")).toThrow(code("EBPF_ALREADY_EXISTS"));
    expect(() => map.set(2, 2n, "replace")).toThrow(code("EBPF_NOT_FOUND"));
    expect(map.set(1, 3n, "replace").get(1)).toBe(3n);
    map.close();
    expect(() => map.get(1)).toThrow(code("EBPF_CLOSED"));
    expect(() => map.set(1, 1n)).toThrow(code("EBPF_CLOSED"));
    expect(() => map.has(1)).toThrow(code("EBPF_CLOSED"));
    expect(() => map.delete(1)).toThrow(code("EBPF_CLOSED"));
  });

  it("given a key that calls the same map when it is read, as words and as itself, then each call has its own key", () => {
    const map = hash().set(1, 11n).set(2, 22n);
    const pairs = map.as(pair, u64);
    expect(pairs.get({ a: 2, b: 0 })).toBe(22n);
    const seen: unknown[] = [];
    const look = () => {
      seen.push(map.get(2), map.has(3), pairs.get({ a: 1, b: 0 }));
      map.set(3, 33n).delete(3);
    };
    expect(pairs.get(acting(1, look))).toBe(11n);
    expect(pairs.set(acting(1, look), 12n).get({ a: 1, b: 0 })).toBe(12n);
    expect(pairs.delete(acting(1, look))).toBe(true);
    expect(seen).toEqual([22n, false, 11n, 22n, false, 11n, 22n, false, 12n]);
    expect([...map]).toEqual([[2, 22n]]);
    map.close();
  });

  it.each([
    ["u32", u32, (n: number) => n],
    ["u64", u64, (n: number) => BigInt(n)],
    ["u8", u8, (n: number) => n],
    ["struct", pair, (n: number) => ({ a: n, b: 1 })],
  ])("given batches with values of %s, then what was read stays as it was when the next is read", (_, codec, make) => {
    const map = runtime.createMap<number, unknown>({ type: MapType.HASH, key: u32, value: codec, maxEntries: 256 });
    const entries = Array.from({ length: 200 }, (_entry, n) => [n, make(n)] as const);
    map.setMany(entries);
    const expected = new Map(entries);
    const batches = [...map.batches(33)];
    expect(batches.length).toBeGreaterThan(5);
    expect(new Map(batches.flatMap((batch) => batch.toArray()))).toEqual(expected);
    map.close();
  });

  it.each([
    ["keys of 3 and values of 5 bytes", 3, 5],
    ["keys of 13 bytes, longer than a place", 13, 8],
    ["keys of 8 bytes, as long as a place", 8, 1],
  ])(
    "given %s, then batches of any size, smaller than a bucket too, have every entry once",
    (_, keySize, valueSize) => {
      const map = runtime.createMap({
        type: MapType.HASH,
        key: bytes(keySize),
        value: bytes(valueSize),
        maxEntries: 128,
      });
      const entries = Array.from({ length: 100 }, (_entry, n) => {
        const key = new Uint8Array(keySize).fill(n + 1, 1).fill(n, 0, 1);
        return [key, new Uint8Array(valueSize).fill(255 - n)] as const;
      });
      map.setMany(entries);
      const expected = new Map(entries.map(([key, value]) => [key.toString(), value]));
      for (const size of [1, 2, 7, 99, 100, 1000]) {
        const read = [...map.batches(size)].flatMap((batch) => batch.toArray());
        expect(read).toHaveLength(entries.length);
        expect(new Map(read.map(([key, value]) => [key.toString(), value]))).toEqual(expected);
      }
      map.close();
    },
  );

  it("given a walk that is left and another one in between, then each goes on where it was", () => {
    const map = runtime.createMap({ type: MapType.ARRAY, key: u32, value: u64, maxEntries: 10 });
    for (let key = 0; key < 10; key++) map.set(key, BigInt.asUintN(64, BigInt(key) << 60n));
    const [first, second] = [map.batches(4), map.batches(3)];
    const keys: number[][] = [[], []];
    for (let turn = 0; turn < 4; turn++) {
      for (const [index, walk] of [first, second].entries()) {
        const { value } = walk.next();
        for (const [key, number] of value ?? []) {
          expect(number).toBe(BigInt.asUintN(64, BigInt(key) << 60n));
          keys[index]?.push(key);
        }
      }
    }
    expect(keys).toEqual([Array.from({ length: 10 }, (_, key) => key), Array.from({ length: 10 }, (_, key) => key)]);
    map.close();
  });

  // A number would be taken for a descriptor: of whatever this process has open under it.
  it("given a map of maps, when a number is written, then it is refused, by any way, and objects are taken", () => {
    const inner = hash();
    const outer = runtime.createMap({ type: MapType.ARRAY_OF_MAPS, key: u32, maxEntries: 4, inner });
    const refused = expect.objectContaining({ code: "EBPF_NOT_SUPPORTED", hint: expect.stringContaining("setObject") });
    for (let number = 0; number < 64; number++) {
      expect(() => outer.set(1, number)).toThrow(refused);
      expect(() => outer.setMany([[1, number]])).toThrow(refused);
    }
    expect(outer.get(1)).toBeUndefined();
    expect(outer.setObject(1, inner).get(1)).toBe(inner.info.id);
    outer.close();
    inner.close();
  });
});
