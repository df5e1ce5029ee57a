import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EbpfError } from "../../src/errors.ts";
import { EbpfResult, MapType } from "../../src/platform/index.ts";
import { Kernel, SimulatedEngine } from "../../src/simulated/index.ts";

const { HASH, ARRAY } = MapType;
const engine = (options = {}) => new SimulatedEngine(new Kernel(options), "test");
const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
const map = (target: SimulatedEngine, type: number, maxEntries = 4, keySize = 4, valueSize = 4) =>
  target.createMap({ name: "m", type, keySize, valueSize, maxEntries });

function thrown(call: () => unknown): EbpfError {
  try {
    call();
  } catch (error) {
    if (error instanceof EbpfError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

// The expected results are rows of the recorded facts: facts/maps.md §1 and §2, errno in the UCRT's numbers.
describe("creating a map", () => {
  it.each([
    ["an unknown type", { type: 17 }, 22],
    ["no type", { type: 0 }, 129],
    ["no type and no value size", { type: 0, valueSize: 0 }, 22],
    ["a hash without key size", { type: HASH, keySize: 0 }, 22],
    ["a hash without value size", { type: HASH, valueSize: 0 }, 22],
    ["an array without entries", { type: ARRAY, maxEntries: 0 }, 22],
    ["a name of 64 bytes", { type: HASH, name: "n".repeat(64) }, 22],
  ])("given %s, then it fails with Windows' errno", (_, options, errno) => {
    const error = thrown(() =>
      engine().createMap({ ...{ name: "m", type: HASH, keySize: 4, valueSize: 4, maxEntries: 1 }, ...options }),
    );
    expect(error.native?.errno).toBe(errno);
  });

  it("given a name of 63 bytes, then it is created", () => {
    const target = engine();
    const handle = target.createMap({ name: "n".repeat(63), type: HASH, keySize: 4, valueSize: 4, maxEntries: 1 });
    expect(target.mapInfo(handle).id).toBe(2);
  });

  it.each([0x7fff_ffff, 0x8000_0000, 0xffff_ffff])(
    "given sizes of %i bytes, then nothing overflows, and every use ends in a typed error",
    (size) => {
      const target = engine({ memoryLimit: 32 << 20 });
      expect(thrown(() => map(target, ARRAY, 1, 4, size)).code).toBe("EBPF_NO_MEMORY");
      // Over 128 GiB in all is an invalid argument on Windows, whatever memory there is (facts/maps.md §1).
      expect(thrown(() => map(target, ARRAY, size, 4, size)).native?.errno).toBe(22);
      const hash = map(target, HASH, size, 4, size);
      // What a user call gives back must fit one message of 65,535 bytes (facts: limits-and-behaviour.md §1), or the driver refuses it.
      expect(thrown(() => target.lookup(hash, u32(1))).native?.result).toBe(EbpfResult.INVALID_ARGUMENT);
      expect(() => target.update(hash, u32(1), u32(1), 0)).toThrow(EbpfError);
      expect(target.mapInfo(map(target, HASH, size, size, 4)).keySize).toBe(size);
    },
  );

  it("given more than the kernel's memory, then EBPF_NO_MEMORY and nothing is left behind", () => {
    const target = engine({ memoryLimit: 32 << 20 });
    const { used } = target.kernel.memory;
    expect(thrown(() => map(target, ARRAY, 0xff_ffff, 4, 4096)).code).toBe("EBPF_NO_MEMORY");
    expect(target.kernel.memory.used).toBe(used);
    expect([...target.kernel.objects]).toEqual([]);
  });
});

describe("an array map", () => {
  it("given 5 entries, when index 5 is used, then lookup finds nothing and update is EINVAL", () => {
    const target = engine();
    const array = map(target, ARRAY, 5);
    expect(target.lookup(array, u32(5))).toBeUndefined();
    expect(thrown(() => target.update(array, u32(5), u32(1), 0)).native?.errno).toBe(22);
    expect(thrown(() => target.delete(array, u32(5))).native?.errno).toBe(22);
  });

  it("given any element, when updated with NOEXIST, then EINVAL and not EEXIST", () => {
    const target = engine();
    expect(thrown(() => target.update(map(target, ARRAY), u32(0), u32(1), 1)).native?.errno).toBe(22);
  });

  it("given a set element, when deleted, then it reads zero and its key is still listed", () => {
    const target = engine();
    const array = map(target, ARRAY, 2);
    target.update(array, u32(1), u32(7), 2);
    expect(target.delete(array, u32(1))).toBe(true);
    expect(target.lookup(array, u32(1))).toEqual(u32(0));
    expect(target.nextKey(array, u32(0))).toEqual(u32(1));
  });

  it("given the last index or one beyond it, when asked for the next key, then the end; 0xffffffff wraps to 0", () => {
    const target = engine();
    const array = map(target, ARRAY, 2);
    expect(target.nextKey(array, undefined)).toEqual(u32(0));
    expect(target.nextKey(array, u32(1))).toBeUndefined();
    expect(target.nextKey(array, u32(9))).toBeUndefined();
    expect(target.nextKey(array, u32(0xffff_ffff))).toEqual(u32(0));
  });
});

describe("a hash map", () => {
  it("given max_entries 10, when 11 keys are inserted, then all are there", () => {
    const target = engine();
    const hash = map(target, HASH, 10);
    for (let i = 0; i < 11; i++) target.update(hash, u32(i), u32(i * 2), 0);
    for (let i = 0; i < 11; i++) expect(target.lookup(hash, u32(i))).toEqual(u32(i * 2));
  });

  it("given flags, then NOEXIST on a key that is there is EEXIST, EXIST on a missing one ENOENT, 3 is EINVAL", () => {
    const target = engine();
    const hash = map(target, HASH);
    target.update(hash, u32(1), u32(1), 1);
    expect(thrown(() => target.update(hash, u32(1), u32(2), 1)).native?.errno).toBe(17);
    expect(thrown(() => target.update(hash, u32(2), u32(2), 2)).native?.errno).toBe(2);
    expect(thrown(() => target.update(hash, u32(1), u32(2), 3)).native?.errno).toBe(22);
    expect(target.lookup(hash, u32(1))).toEqual(u32(1));
  });

  it("given an unknown key, when asked for the next, then the first; at the end nothing", () => {
    const target = engine();
    const hash = map(target, HASH);
    expect(target.nextKey(hash, undefined)).toBeUndefined();
    target.update(hash, u32(5), u32(1), 0);
    expect(target.nextKey(hash, u32(99))).toEqual(u32(5));
    expect(target.nextKey(hash, u32(5))).toBeUndefined();
  });

  it("given keys of the wrong size, then EINVAL", () => {
    const target = engine();
    const hash = map(target, HASH);
    expect(thrown(() => target.lookup(hash, new Uint8Array(3))).native?.errno).toBe(22);
    expect(thrown(() => target.update(hash, u32(1), new Uint8Array(5), 0)).native?.errno).toBe(22);
  });

  // A call of upstream's own build with these sizes: the library refuses the request, the driver the reply.
  it("given values that no message holds, then writing one is EOTHER, reading one EINVAL", () => {
    const target = engine();
    const hash = map(target, HASH, 4, 4, 70_000);
    expect(thrown(() => target.update(hash, u32(0), new Uint8Array(70_000), 0)).native?.errno).toBe(131);
    expect(thrown(() => target.lookup(hash, u32(0))).native?.errno).toBe(22);
    const keys = map(target, HASH, 4, 70_000, 4);
    expect(thrown(() => target.lookup(keys, new Uint8Array(70_000))).native?.errno).toBe(131);
  });

  it("given two kernels of different seeds, then their key orders differ", () => {
    const order = (seed: number) => {
      const target = engine({ seed });
      const hash = map(target, HASH, 64);
      for (let i = 0; i < 32; i++) target.update(hash, u32(i), u32(i), 0);
      const keys: number[] = [];
      for (let key = target.nextKey(hash, undefined); key; key = target.nextKey(hash, key)) keys.push(key[0] ?? 0);
      return keys;
    };
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    expect(order(1).toSorted((a, b) => a - b)).toEqual([...new Array(32).keys()]);
  });

  it("given any sequence of operations, then it behaves like a Map", () => {
    const command = fc.record({
      kind: fc.constantFrom("set", "create", "replace", "delete", "get"),
      key: fc.integer({ min: 0, max: 12 }),
      value: fc.integer({ min: 0, max: 0xffff }),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const target = engine();
        const hash = map(target, HASH, 2);
        const model = new Map<number, number>();
        for (const { kind, key, value } of commands) {
          if (kind === "get") {
            const expected = model.get(key);
            expect(target.lookup(hash, u32(key))).toEqual(expected === undefined ? undefined : u32(expected));
          } else if (kind === "delete") {
            expect(target.delete(hash, u32(key))).toBe(model.delete(key));
          } else {
            const refused = (kind === "create" && model.has(key)) || (kind === "replace" && !model.has(key));
            const update = () => target.update(hash, u32(key), u32(value), ["set", "create", "replace"].indexOf(kind));
            if (refused) expect(update).toThrow(EbpfError);
            else {
              update();
              model.set(key, value);
            }
          }
        }
        const seen = new Set<number>();
        for (let key = target.nextKey(hash, undefined); key; key = target.nextKey(hash, key)) seen.add(key[0] ?? 0);
        expect(seen).toEqual(new Set(model.keys()));
      }),
    );
  });

  it("given maps made, filled and closed again and again, then memory does not grow", () => {
    const target = engine();
    const round = () => {
      const hash = map(target, HASH, 8);
      for (let i = 0; i < 100; i++) target.update(hash, u32(i), u32(i), 0);
      for (let i = 0; i < 50; i++) target.delete(hash, u32(i));
      target.close(hash);
    };
    round();
    const { used } = target.kernel.memory;
    for (let i = 0; i < 20; i++) round();
    expect(target.kernel.memory.used).toBe(used);
  });

  it("given no memory left, when updated, then EBPF_NO_MEMORY and the entries are as they were", () => {
    const target = engine({ memoryLimit: 6 << 20 });
    const hash = map(target, HASH, 16, 4, 60_000);
    const value = new Uint8Array(60_000).fill(7);
    let count = 0;
    const error = thrown(() => {
      for (; count < 1000; count++) target.update(hash, u32(count), value, 0);
    });
    expect(error.code).toBe("EBPF_NO_MEMORY");
    expect(target.lookup(hash, u32(count))).toBeUndefined();
    for (let i = 0; i < count; i++) expect(Buffer.from(target.lookup(hash, u32(i)) ?? []).equals(value)).toBe(true);
  });
});
