import { expect, it } from "vitest";
import { array, type BpfMap, type Codec, MapType, type Runtime, struct, u32, u64 } from "../../src/index.ts";

const pair = struct({ a: u32, b: u32 });

/** A codec that gives out the bytes that it is given, as no codec should. */
const leaking: Codec<Uint8Array> = {
  name: "view",
  size: 4,
  align: 1,
  encode: (value, target, offset) => target.set(value, offset),
  decode: (source, offset) => source.subarray(offset, offset + 4),
};

/** Leaves nothing where the bytes lay. */
const transfer = ({ buffer }: Uint8Array) => {
  if (buffer instanceof ArrayBuffer) structuredClone(buffer, { transfer: [buffer] });
};

/** What every runtime holds of codecs, getters and modes that are not as they should be. */
export function strangeCodecs(open: () => Runtime): void {
  const withMap = <V>(value: Codec<V>, use: (map: BpfMap<number, V>) => void): void => {
    const runtime = open();
    try {
      use(runtime.createMap({ name: "strange", type: MapType.HASH, key: u32, value, maxEntries: 16 }));
    } finally {
      runtime.close();
    }
  };

  it("given a later member that asks the map for another entry when it is read, then what was written before it stays", () => {
    const runtime = open();
    const map = runtime.createMap({ type: MapType.HASH, key: pair, value: pair, maxEntries: 16 });
    const other = { a: 9, b: 9 };
    const reading = (a: number, b: number) => ({
      a,
      get b() {
        map.get(other);
        map.set(other, { a: 90, b: 90 });
        expect([map.has(other), map.delete(other), map.has(other)]).toEqual([true, true, false]);
        map.set(other, { a: 90, b: 90 });
        return b;
      },
    });
    map.set(reading(1, 2), reading(3, 4));
    expect({ ...map.get({ a: 1, b: 2 }) }).toEqual({ a: 3, b: 4 });
    expect({ ...map.get(reading(1, 2)) }).toEqual({ a: 3, b: 4 });
    expect({ ...map.get(other) }).toEqual({ a: 90, b: 90 });
    expect(map.count()).toBe(2);
    expect(map.delete(reading(1, 2))).toBe(true);
    expect(map.count()).toBe(1);
    runtime.close();
  });

  it("given a codec made of one of ours by spreading it, then what it does itself counts, whichever way entries are read", () => {
    const words = { ...u32, decode: (source: Uint8Array, offset: number) => u32.decode(source, offset) + 0.5 };
    withMap<number>(words, (map) => {
      map.set(1, 2);
      expect([map.get(1), map.get(1)]).toEqual([2.5, 2.5]);
      expect([...map.entries()]).toEqual([[1, 2.5]]);
      expect([...map.batches()].map((batch) => [...batch])).toEqual([[[1, 2.5]]]);
      expect([...map.batches()].map((batch) => batch.value(0))).toEqual([2.5]);
      expect(map.take(1)).toBe(2.5);
    });
  });

  it("given a codec that keeps the bytes it reads from, then they stay as they are, and may be given away", () => {
    withMap(leaking, (map) => {
      for (const key of [1, 2]) map.set(key, new Uint8Array(4).fill(key));
      const first = map.get(1);
      map.get(2);
      expect(first).toEqual(Uint8Array.of(1, 1, 1, 1));
      const kept = [first, ...map.values(), ...[...map.batches(1)].map((batch) => batch.value(0))];
      for (const value of kept) if (value !== undefined && value.buffer.byteLength > 0) transfer(value);
      expect([map.get(1), map.get(2)]).toEqual([Uint8Array.of(1, 1, 1, 1), Uint8Array.of(2, 2, 2, 2)]);
      for (const batch of map.batches(1)) transfer(batch.value(0));
      expect(map.count()).toBe(2);
    });
  });

  it("given a codec that gives away the bytes it writes to, then that call fails, and the next does not", () => {
    let takes = true;
    const taking: Codec<Uint8Array> = {
      ...leaking,
      encode: (value, target, offset) => {
        leaking.encode(value, target, offset);
        if (takes) transfer(target);
      },
    };
    withMap(taking, (map) => {
      expect(() => map.set(1, Uint8Array.of(1, 2, 3, 4))).toThrow(
        expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }),
      );
      takes = false;
      expect(map.set(1, Uint8Array.of(1, 2, 3, 4)).get(1)).toEqual(Uint8Array.of(1, 2, 3, 4));
    });
  });

  it("given a codec that closes the map or the runtime, then the next call is EBPF_CLOSED", () => {
    const closed = expect.objectContaining({ code: "EBPF_CLOSED" });
    for (const what of ["map", "runtime"] as const) {
      const runtime = open();
      const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 4 });
      map.set(1, 1n).set(2, 2n);
      const closing: Codec<number> = {
        name: "closing",
        size: 8,
        align: 1,
        encode: () => {},
        decode: () => {
          (what === "map" ? map : runtime).close();
          return 7;
        },
      };
      const through = map.as(u32, closing);
      expect(through.get(1)).toBe(7);
      expect(() => through.get(1)).toThrow(closed);
      expect(() => [...through.entries()]).toThrow(closed);
      runtime.close();
    }
  });

  it("given a list that iterates over more than it says to have, then what lies behind it stays as it is", () => {
    const lists = struct({ list: array(u32, 2), behind: u32 });
    withMap(lists, (map) => {
      const list = [1, 2];
      list[Symbol.iterator] = () => [1, 2, 3, 4, 5][Symbol.iterator]();
      expect({ ...map.set(1, { list, behind: 7 }).get(1) }).toEqual({ list: [1, 2], behind: 7 });
      expect(map.set(2, { behind: 7, list }).get(2)?.behind).toBe(7);
    });
  });

  it("given a word that is no mode, then EBPF_INVALID_ARGUMENT, and nothing is written", () => {
    withMap<number>(u32, (map) => {
      for (const mode of ["creat", "__proto__", "toString", "", null, 1]) {
        const refused = expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT", hint: expect.any(String) });
        expect(() => map.set(1, 1, mode as never)).toThrow(refused);
        expect(() => map.setMany([[1, 1]], mode as never)).toThrow(refused);
      }
      expect(map.count()).toBe(0);
      map.set(1, 1, "create").set(1, 2, "replace").set(1, 3, "any");
      expect(map.get(1)).toBe(3);
    });
  });
}
