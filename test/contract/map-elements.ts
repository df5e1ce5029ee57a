import { expect } from "vitest";
import type { MapType } from "../../src/index.ts";
import { type Kit, number, u32 } from "./kit.ts";
import { type Row, row } from "./row.ts";

const EBADF = -9;
const EEXIST = -17;
const EINVAL = -22;
const ENOENT = -2;
type Name = keyof typeof MapType;
const [ANY, NOEXIST, EXIST] = [0, 1, 2];

const hashes: readonly Name[] = ["HASH", "PERCPU_HASH", "LRU_HASH", "LRU_PERCPU_HASH"];
const arrays: readonly Name[] = ["ARRAY", "PERCPU_ARRAY"];

/** A map of each of `types`, and how to write to it: values of all CPUs where it has them. */
function each(
  kit: Kit,
  types: readonly Name[],
  check: (map: number, update: (key: number, flags: number) => number) => void,
) {
  for (const type of types) {
    const map = kit.map(type);
    const bytes = type.includes("PERCPU") ? 8 * kit.bpf.libbpf_num_possible_cpus() : 4;
    check(map, (key, flags) => kit.bpf.bpf_map_update_elem(map, u32(key), new Uint8Array(bytes).fill(1), flags));
  }
}

/** Rules of elements (facts: maps.md §2), one row each. */
export const mapElementRows: readonly Row[] = [
  row(
    "maps 2: lookup missing",
    "given a key that is not there, when looked up, then ENOENT; array elements always are",
    (kit) => {
      each(kit, hashes, (map) => expect(kit.bpf.bpf_map_lookup_elem(map, u32(1)).ret).toBe(ENOENT));
      each(kit, arrays, (map) => {
        expect([3, 4, 0xffff_ffff].map((key) => kit.bpf.bpf_map_lookup_elem(map, u32(key)).ret)).toEqual([
          0,
          ENOENT,
          ENOENT,
        ]);
      });
    },
  ),

  row("maps 2: update", "given ANY, NOEXIST, EXIST and other flags, then hash kinds answer by what is there", (kit) => {
    each(kit, hashes, (_, update) => {
      expect([update(1, EXIST), update(1, NOEXIST), update(1, NOEXIST), update(1, EXIST), update(1, ANY)]).toEqual([
        ENOENT,
        0,
        EEXIST,
        0,
        0,
      ]);
      expect([update(1, 3), update(1, 4), update(1, 8)]).toEqual([EINVAL, EINVAL, EINVAL]);
    });
  }),

  row(
    "maps 2: update, arrays",
    "given ANY and EXIST, then arrays take them; NOEXIST, other flags and a key too large EINVAL",
    (kit) => {
      each(kit, arrays, (_, update) => {
        expect([update(0, ANY), update(0, EXIST), update(0, NOEXIST), update(0, 4), update(4, ANY)]).toEqual([
          0,
          0,
          EINVAL,
          EINVAL,
          EINVAL,
        ]);
      });
    },
  ),

  row(
    "maps 2: delete",
    "given hash kinds, then deleting twice is ENOENT; arrays zero, beyond the end EINVAL",
    (kit) => {
      each(kit, hashes, (map, update) => {
        expect(update(1, ANY)).toBe(0);
        expect([kit.bpf.bpf_map_delete_elem(map, u32(1)), kit.bpf.bpf_map_delete_elem(map, u32(1))]).toEqual([
          0,
          ENOENT,
        ]);
      });
      each(kit, arrays, (map, update) => {
        expect(update(1, ANY)).toBe(0);
        expect([1, 1, 4].map((key) => kit.bpf.bpf_map_delete_elem(map, u32(key)))).toEqual([0, 0, EINVAL]);
        expect(kit.bpf.bpf_map_lookup_elem(map, u32(1)).value?.every((byte) => byte === 0)).toBe(true);
      });
    },
  ),

  row("maps 2: lookup and delete", "given hash kinds, then the value comes out; given arrays, then EINVAL", (kit) => {
    each(kit, hashes, (map, update) => {
      expect(update(1, ANY)).toBe(0);
      expect(kit.bpf.bpf_map_lookup_and_delete_elem(map, u32(1)).value?.[0]).toBe(1);
      expect(kit.bpf.bpf_map_lookup_and_delete_elem(map, u32(1)).ret).toBe(ENOENT);
    });
    each(kit, arrays, (map) => expect(kit.bpf.bpf_map_lookup_and_delete_elem(map, u32(1)).ret).toBe(EINVAL));
  }),

  row(
    "maps 2: next key, arrays",
    "given an array, then keys count up; the last and any larger key end it, the largest begins anew",
    (kit) => {
      each(kit, arrays, (map) => {
        const next = (key: number | null) => kit.bpf.bpf_map_get_next_key(map, key === null ? null : u32(key));
        expect([number(next(null).value), number(next(0).value), number(next(2).value)]).toEqual([0, 1, 3]);
        expect([next(3).ret, next(4).ret, next(1000).ret]).toEqual([ENOENT, ENOENT, ENOENT]);
        expect(next(0xffff_ffff)).toEqual({ ret: 0, value: u32(0) });
      });
    },
  ),

  row(
    "maps 2: object arrays",
    "given arrays of programs or maps, then empty slots are listed, read ENOENT, and are cleared",
    async (kit) => {
      const { bpf } = kit;
      const program = await kit.program("mov %r0, 0\nexit");
      const inner = kit.map("HASH");
      for (const [map, object, other] of [
        [kit.map("PROG_ARRAY"), program, inner],
        [kit.map("ARRAY_OF_MAPS", { inner }), inner, program],
      ] as const) {
        const update = (key: number, value: number, flags = ANY) =>
          bpf.bpf_map_update_elem(map, u32(key), u32(value), flags);
        expect(kit.keys(map)).toHaveLength(4);
        expect([update(0, object), update(4, object), update(0, 999), update(0, other)]).toEqual([
          0,
          EINVAL,
          EBADF,
          EINVAL,
        ]);
        expect(number(bpf.bpf_map_lookup_elem(map, u32(0)).value)).toBe(kit.info(object).id);
        expect([bpf.bpf_map_lookup_elem(map, u32(1)).ret, bpf.bpf_map_lookup_elem(map, u32(4)).ret]).toEqual([
          ENOENT,
          ENOENT,
        ]);
        expect([0, 0, 4].map((key) => bpf.bpf_map_delete_elem(map, u32(key)))).toEqual([0, 0, ENOENT]);
        expect([update(1, object), update(1, 0xffff_ffff)]).toEqual([0, 0]);
        expect(bpf.bpf_map_lookup_elem(map, u32(1)).ret).toBe(ENOENT);
        expect(bpf.bpf_map_lookup_and_delete_elem(map, u32(0)).ret).toBe(EINVAL);
      }
    },
  ),

  row(
    "maps 2: program type",
    "given a program array with a program of one type, when one of another is put in, then EBADF",
    async (kit) => {
      const map = kit.map("PROG_ARRAY");
      const own = await kit.program("mov %r0, 0\nexit");
      const code = kit.code("mov %r0, 0\nexit");
      const other = kit.opened((await kit.bpf.bpf_prog_load(4, null, null, code, 2)).ret);
      expect(kit.bpf.bpf_map_update_elem(map, u32(0), u32(own), 0)).toBe(0);
      expect(kit.bpf.bpf_map_update_elem(map, u32(1), u32(other), 0)).toBe(EBADF);
    },
    { needs: ["sockets"] },
  ),

  row(
    "maps 2: trie",
    "given prefixes, then the longest that matches wins, up to the length that is asked for",
    (kit) => {
      const { bpf } = kit;
      const map = kit.map("LPM_TRIE", { key: 8, entries: 4 });
      const key = (bits: number, ...address: number[]) => Uint8Array.of(bits, 0, 0, 0, ...address);
      const set = (prefix: Uint8Array, value: number) => bpf.bpf_map_update_elem(map, prefix, u32(value), 0);
      const get = (prefix: Uint8Array) => number(bpf.bpf_map_lookup_elem(map, prefix).value);
      expect([set(key(8, 10, 0, 0, 0), 1), set(key(16, 10, 1, 0, 0), 2), set(key(32, 10, 1, 2, 3), 3)]).toEqual([
        0, 0, 0,
      ]);
      expect([
        get(key(32, 10, 1, 2, 3)),
        get(key(32, 10, 1, 9, 9)),
        get(key(32, 10, 9, 9, 9)),
        get(key(32, 11, 0, 0, 0)),
      ]).toEqual([3, 2, 1, undefined]);
      // The length asked for is the most that may match; bits beyond it do not count.
      expect([get(key(24, 10, 1, 2, 3)), get(key(8, 10, 255, 255, 255))]).toEqual([2, 1]);
      expect([set(key(33, 1, 1, 1, 1), 4), bpf.bpf_map_lookup_elem(map, key(33, 1, 1, 1, 1)).ret]).toEqual([
        EINVAL,
        EINVAL,
      ]);
      expect([
        bpf.bpf_map_delete_elem(map, key(24, 10, 1, 2, 0)),
        bpf.bpf_map_delete_elem(map, key(16, 10, 1, 77, 77)),
      ]).toEqual([ENOENT, 0]);
      expect(get(key(32, 10, 1, 9, 9))).toBe(1);
      expect(kit.keys(map)).toHaveLength(2);
    },
  ),

  row(
    "maps 2: per-CPU from a program",
    "given a per-CPU map, when a program writes, then its own CPU's slot only",
    async (kit) => {
      const cpus = kit.bpf.libbpf_num_possible_cpus();
      const map = kit.map("PERCPU_HASH", { value: 8 });
      const write = (flags: number) => `
      stw [%r10-4], 1
      stdw [%r10-16], 7
      lddw %r1, ${map}
      mov %r2, %r10
      add %r2, -4
      mov %r3, %r10
      add %r3, -16
      mov %r4, ${flags}
      call ${kit.helper.update}
      exit`;
      const last = cpus - 1;
      expect(await kit.run(await kit.program(write(EXIST)), last)).toBe(-19);
      expect(await kit.run(await kit.program(write(ANY)), last)).toBe(0);
      // NOEXIST counts only while there is no entry.
      expect(await kit.run(await kit.program(write(NOEXIST)), last)).toBe(0);
      const { value = new Uint8Array(0) } = kit.bpf.bpf_map_lookup_elem(map, u32(1));
      const slots = Array.from({ length: cpus }, (_, cpu) => value[cpu * 8]);
      expect(slots).toEqual(slots.map((_, cpu) => (cpu === last ? 7 : 0)));
      expect(kit.info(map)).toMatchObject({ value_size: 8 });
    },
  ),

  row(
    "maps 8: lifetime",
    "given a map in an outer map, a pin or a program, when its descriptor is closed, then it lives as long",
    async (kit) => {
      const { bpf } = kit;
      const held = (hold: (map: number) => unknown, map = kit.map("ARRAY")) => {
        hold(map);
        const { id } = kit.info(map);
        expect(bpf.ebpf_close_fd(map)).toBe(0);
        return id;
      };
      const outer = kit.map("ARRAY_OF_MAPS", { inner: kit.map("ARRAY") });
      const inOuter = held((map) => bpf.bpf_map_update_elem(outer, u32(0), u32(map), 0));
      const pinned = held((map) => bpf.bpf_obj_pin(map, kit.path("held")));
      const unheld = held(() => undefined);
      expect(kit.ids("map")).toEqual(expect.arrayContaining([inOuter, pinned]));
      expect(kit.ids("map")).not.toContain(unheld);
      expect(bpf.bpf_map_delete_elem(outer, u32(0))).toBe(0);
      expect(bpf.ebpf_object_unpin(kit.path("held"))).toBe(0);
      for (const id of [inOuter, pinned]) expect(kit.ids("map")).not.toContain(id);
    },
  ),
];
