import { afterAll, describe, expect, it } from "vitest";
import { type Codec, MapType, perCpu, simulate, struct, text, u16, u32, u64 } from "../../src/index.ts";

const flow = struct({ packets: u64, port: u16, name: text(8) });

describe("many entries set at once", () => {
  const runtime = simulate({ cpus: 3 });
  const hash = <V>(value: Codec<V>) => runtime.createMap({ type: MapType.HASH, key: u32, value, maxEntries: 64 });
  afterAll(() => runtime.close());

  it.each([
    ["words", hash(u64), (n: number) => BigInt(n) << 40n],
    ["structs with padding and text", hash(flow), (n: number) => ({ packets: BigInt(n), port: n, name: `n${n}` })],
    [
      "values of every CPU",
      runtime.createMap({ type: MapType.PERCPU_HASH, key: u32, value: perCpu(u16, 3), maxEntries: 64 }),
      (n: number) => [n, n + 1, n + 2],
    ],
  ] as const)("given %s, then each is what a single set would have written", (_, map, make) => {
    const target = map.as(u32, map.value as Codec<unknown>);
    const entries = Array.from({ length: 40 }, (_entry, n) => [n * 3, make(n)] as const);
    // Whatever can be iterated, once.
    target.setMany(entries.values());
    for (const [key, value] of entries) {
      expect(target.get(key)).toEqual(value);
      target.set(key, value);
      expect(target.get(key)).toEqual(value);
    }
    expect(new Map([...target.batches(7)].flatMap((batch) => batch.toArray()))).toEqual(new Map(entries));
    expect(target.count()).toBe(entries.length);
  });

  it("given a key or value that does not fit, then the error says which, and nothing is written", () => {
    const map = hash(u64).as<unknown, unknown>(u32, u64);
    for (const [bad, message] of [
      [[-1, 1n], /^key: /],
      [[2, -1n], /^value: .* does not fit in u64/],
      [[2, "1"], /^value: /],
    ] as const) {
      const call = () => map.setMany([[1, 1n], bad]);
      expect(call).toThrow(message);
      expect(call).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
    }
    expect(map.count()).toBe(0);
    const nested = hash(flow).as<unknown, unknown>(u32, flow);
    expect(() => nested.setMany([[1, { packets: 1n, port: 70_000, name: "" }]])).toThrow(/^value\.port: /);
  });

  it("given a number for a bigint and the other way around, then it is taken, as by a single set", () => {
    const map = hash(u64).as<unknown, unknown>(u32, u64);
    map.setMany([
      [1n, 10],
      [2, 20n],
    ]);
    expect([map.get(1), map.get(2)]).toEqual([10n, 20n]);
  });

  it("given a codec of the caller's, then it has bytes of its own, each value for itself", () => {
    const seen = new Set<Uint8Array>();
    const codec: Codec<number> = {
      name: "mine",
      size: 4,
      align: 4,
      encode(value, bytes, offset) {
        expect([bytes.length, offset]).toEqual([4, 0]);
        seen.add(bytes.fill(value));
      },
      decode: (bytes, offset) => bytes[offset] ?? 0,
    };
    const map = hash(codec).setMany([
      [1, 5],
      [2, 6],
    ]);
    expect(seen.size).toBe(2);
    for (const bytes of seen) bytes.fill(9);
    expect(new Map(map)).toEqual(
      new Map([
        [1, 5],
        [2, 6],
      ]),
    );
  });
});
