import { expect } from "vitest";
import { bytes, MapType, u32 as u32Codec } from "../../src/index.ts";
import { number, u32 } from "./kit.ts";
import { type Row, row } from "./row.ts";

const EINVAL = -22;
const ENOENT = -2;

/** Walking keys and batches (facts: maps.md §4), one row each. */
export const mapBatchRows: readonly Row[] = [
  row(
    "maps 4: cursor",
    "given an array, when read in batches, then the cursor is the last key, and its entries follow",
    (kit) => {
      const { bpf } = kit;
      const map = kit.map("ARRAY", { entries: 5 });
      for (let key = 0; key < 5; key++) bpf.bpf_map_update_elem(map, u32(key), u32(key * 2), 0);
      const first = bpf.bpf_map_lookup_batch(map, null, 3, {});
      expect(first).toMatchObject({ ret: 0, count: 3, keys: u32(0, 1, 2), values: u32(0, 2, 4), out_batch: u32(2) });
      const second = bpf.bpf_map_lookup_batch(map, first.out_batch ?? null, 3, {});
      expect(second).toMatchObject({ ret: 0, count: 2, keys: u32(3, 4), out_batch: u32(4) });
      expect(bpf.bpf_map_lookup_batch(map, second.out_batch ?? null, 3, {}).ret).toBe(ENOENT);
    },
  ),

  row("maps 4: stops", "given a batch with an entry that fails, then those before it are done", (kit) => {
    const { bpf } = kit;
    const map = kit.map("HASH", { entries: 8 });
    expect(bpf.bpf_map_update_elem(map, u32(3), u32(3), 0)).toBe(0);
    expect(bpf.bpf_map_update_batch(map, u32(1, 2, 3, 4), u32(1, 2, 3, 4), 4, { elem_flags: 1 })).toBeLessThan(0);
    expect(kit.keys(map).map(number).toSorted()).toEqual([1, 2, 3]);
    expect(bpf.bpf_map_delete_batch(map, u32(1, 9, 2), 3, {})).toBe(ENOENT);
    expect(kit.keys(map).map(number).toSorted()).toEqual([2, 3]);
  }),

  row(
    "maps 4: objects",
    "given an array of maps, when written in a batch, then each entry by its descriptor",
    (kit) => {
      const { bpf } = kit;
      const inner = [kit.map("HASH"), kit.map("HASH")];
      const map = kit.map("ARRAY_OF_MAPS", { inner: inner[0] ?? 0 });
      expect(bpf.bpf_map_update_batch(map, u32(0, 2), u32(...inner), 2, {})).toBe(0);
      const ids = inner.map((each) => kit.info(each).id);
      expect([0, 2].map((key) => number(bpf.bpf_map_lookup_elem(map, u32(key)).value))).toEqual(ids);
      const { count, values } = bpf.bpf_map_lookup_batch(map, null, 4, {});
      expect([count, values]).toEqual([4, u32(ids[0] ?? 0, 0, ids[1] ?? 0, 0)]);
    },
  ),

  row(
    "maps 4: per-CPU",
    "given a per-CPU array, when read and written in batches, then values are of all CPUs",
    (kit) => {
      const { bpf } = kit;
      const stride = 8 * bpf.libbpf_num_possible_cpus();
      const map = kit.map("PERCPU_ARRAY", { entries: 3 });
      const values = new Uint8Array(3 * stride).map((_, at) => (at % 8 === 0 ? 1 + at / 8 : 0));
      expect(bpf.bpf_map_update_batch(map, u32(0, 1, 2), values, 3, {})).toBe(0);
      expect(bpf.bpf_map_lookup_batch(map, null, 3, {})).toMatchObject({ ret: 0, count: 3, values });
    },
  ),

  row("maps 4: keyless", "given a queue, a stack or a ring, when used in batches, then EINVAL", (kit) => {
    const { bpf } = kit;
    for (const map of [
      kit.map("QUEUE", { key: 0 }),
      kit.map("STACK", { key: 0 }),
      kit.map("RINGBUF", { key: 0, value: 0, entries: 4096 }),
    ]) {
      expect(bpf.bpf_map_lookup_batch(map, null, 1, {}).ret).toBe(EINVAL);
      expect(bpf.bpf_map_lookup_and_delete_batch(map, null, 1, {}).ret).toBe(EINVAL);
      expect(bpf.bpf_map_update_batch(map, null, u32(1), 1, {})).toBe(EINVAL);
      expect(bpf.bpf_map_delete_batch(map, u32(1), 1, {})).toBe(EINVAL);
    }
  }),

  row("maps 4: options", "given no options, then a TypeError where Windows crashes", (kit) => {
    const map = kit.map("HASH");
    expect(() => kit.bpf.bpf_map_lookup_batch(map, null, 1, null)).toThrow(TypeError);
    expect(() => kit.bpf.bpf_map_update_batch(map, u32(1), u32(1), 1, null)).toThrow(TypeError);
    expect(() => kit.bpf.bpf_map_delete_batch(map, u32(1), 1, null)).toThrow(TypeError);
    expect(() => kit.bpf.bpf_map_update_elem(map, u32(1), null, 0)).toThrow(TypeError);
    expect(() => kit.bpf.bpf_map_delete_elem(map, null)).toThrow(TypeError);
  }),

  row(
    "maps 4: whole messages",
    "given as many entries as two messages hold, when asked for more than these at once, then all are read",
    ({ runtime }) => {
      // 15 entries of 4,100 bytes fill a message of 65,527 bytes.
      const map = runtime.createMap({ type: MapType.HASH, key: u32Codec, value: bytes(4096), maxEntries: 30 });
      const keys = Array.from({ length: 30 }, (_, key) => key);
      map.setMany(keys.map((key) => [key, new Uint8Array(4096).fill(key)]));
      const read = [...map.batches()].flatMap((batch) => batch.toArray()).toSorted(([a], [b]) => a - b);
      expect(read.map(([key, value]) => [key, value[0], value[4095]])).toEqual(keys.map((key) => [key, key, key]));
    },
  ),

  row(
    "maps 4: prefixes",
    "given more prefixes than a batch has, when read in batches, then all are there",
    ({ runtime }) => {
      const map = runtime.createMap({ type: MapType.LPM_TRIE, key: bytes(8), value: u32Codec, maxEntries: 64 });
      const prefixes = Array.from({ length: 50 }, (_, at) => Uint8Array.of(32, 0, 0, 0, 10, 0, 0, at));
      map.setMany(prefixes.map((prefix, at) => [prefix, at]));
      const read = [...map.batches(20)].flatMap((batch) => batch.toArray());
      expect(read.map(([, value]) => value).toSorted((a, b) => a - b)).toEqual(prefixes.map((_, at) => at));
      expect(read.every(([prefix, value]) => prefix[7] === value)).toBe(true);
    },
  ),
];
