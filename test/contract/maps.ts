import { expect } from "vitest";
import { type Kit, number, u32, u64 } from "./kit.ts";
import { row } from "./row.ts";

const EBADF = -9;
const EEXIST = -17;
const EINVAL = -22;
const ENOENT = -2;
const ENOSPC = -28;
const ENOTSUP = -129;

/** Adds keys 0 to `count` - 1, each with itself as its value. */
function fill({ bpf }: Kit, map: number, count: number): void {
  for (let key = 0; key < count; key++) expect(bpf.bpf_map_update_elem(map, u32(key), u32(key), 0)).toBe(0);
}

/** Looks `map` up under the key that lies in element 0 of the array `at`; r0 is 1 where it is there. */
const lookupOf = (at: number, map: number, helper: number) => `
  stw [%r10-4], 0
  lddw %r1, ${at}
  mov %r2, %r10
  add %r2, -4
  call ${helper}
  jeq %r0, 0, miss
  mov %r2, %r0
  lddw %r1, ${map}
  call ${helper}
  jeq %r0, 0, miss
  mov %r0, 1
  exit
miss:
  mov %r0, 0
  exit`;

/** Behaviour inventory, section 2. */
export const mapRows = [
  row(31, "given a bad type or none, when created, then EINVAL or ENOTSUP", ({ bpf }) => {
    expect(bpf.bpf_map_create(1000, null, 4, 4, 1)).toBe(EINVAL);
    expect(bpf.bpf_map_create(0, null, 4, 4, 1)).toBe(ENOTSUP);
  }),

  row(32, "given an array of 5, when index 5 is updated, then EINVAL; looked up, then ENOENT", (kit) => {
    const map = kit.map("ARRAY", { entries: 5 });
    expect(kit.bpf.bpf_map_update_elem(map, u32(5), u32(1), 0)).toBe(EINVAL);
    expect(kit.bpf.bpf_map_lookup_elem(map, u32(5)).ret).toBe(ENOENT);
    expect(kit.bpf.bpf_map_lookup_elem(map, u32(4))).toEqual({ ret: 0, value: u32(0) });
  }),

  row(33, "given an array, when updated with NOEXIST, then EINVAL", (kit) => {
    expect(kit.bpf.bpf_map_update_elem(kit.map("ARRAY"), u32(0), u32(1), 1)).toBe(EINVAL);
  }),

  row(34, "given an array element that is set, when deleted, then it reads 0 and its key is still there", (kit) => {
    const map = kit.map("ARRAY");
    expect(kit.bpf.bpf_map_update_elem(map, u32(2), u32(9), 0)).toBe(0);
    expect(kit.bpf.bpf_map_delete_elem(map, u32(2))).toBe(0);
    expect(kit.bpf.bpf_map_lookup_elem(map, u32(2))).toEqual({ ret: 0, value: u32(0) });
    expect(kit.keys(map).map(number)).toEqual([0, 1, 2, 3]);
  }),

  row(35, "given a hash of 10 entries, when 11 keys are inserted, then all are there", (kit) => {
    const map = kit.map("HASH", { entries: 10 });
    fill(kit, map, 11);
    expect(kit.keys(map)).toHaveLength(11);
  }),

  row(
    36,
    "given a per-CPU hash, hash of maps or LPM trie of 10, when 11 keys are inserted, then all are there",
    (kit) => {
      const { bpf } = kit;
      const cpus = bpf.libbpf_num_possible_cpus();
      const inner = kit.map("ARRAY");
      const perCpu = kit.map("PERCPU_HASH", { entries: 10 });
      const outer = kit.map("HASH_OF_MAPS", { entries: 10, inner });
      const trie = kit.map("LPM_TRIE", { key: 8, entries: 10 });
      for (let key = 0; key < 11; key++) {
        expect(bpf.bpf_map_update_elem(perCpu, u32(key), new Uint8Array(8 * cpus), 0)).toBe(0);
        expect(bpf.bpf_map_update_elem(outer, u32(key), u32(inner), 0)).toBe(0);
        expect(bpf.bpf_map_update_elem(trie, u32(32, key), u32(key), 0)).toBe(0);
      }
      for (const map of [perCpu, outer, trie]) expect(kit.keys(map)).toHaveLength(11);
    },
  ),

  row(37, "given a full LRU hash, when another key is inserted, then it holds as many as before", (kit) => {
    const map = kit.map("LRU_HASH", { entries: 10 });
    fill(kit, map, 11);
    expect(kit.keys(map)).toHaveLength(10);
    expect(kit.bpf.bpf_map_lookup_elem(map, u32(10)).ret).toBe(0);
  }),

  row(
    38,
    "given 100 LRU entries, 0 to 79 used by a program and 80 to 99 read by user calls, when 20 are added, then 80 to 99 go",
    async (kit) => {
      const { bpf } = kit;
      const map = kit.map("LRU_HASH", { entries: 100 });
      const at = kit.map("ARRAY", { entries: 1 });
      fill(kit, map, 100);
      const program = await kit.program(lookupOf(at, map, kit.helper.lookup));
      for (let key = 0; key < 80; key++) {
        bpf.bpf_map_update_elem(at, u32(0), u32(key), 0);
        expect(await kit.run(program)).toBe(1);
      }
      for (let key = 80; key < 100; key++) expect(bpf.bpf_map_lookup_elem(map, u32(key)).ret).toBe(0);
      for (let key = 100; key < 120; key++) bpf.bpf_map_update_elem(map, u32(key), u32(key), 0);
      const left = kit.keys(map).map((key) => number(key) ?? -1);
      expect(left.filter((key) => key >= 80 && key < 100)).toEqual([]);
      expect(left).toHaveLength(100);
    },
    { cpus: 1 },
  ),

  row(39, "given no key on a hash, or a key on a queue, then EINVAL", (kit) => {
    const hash = kit.map("HASH");
    const queue = kit.map("QUEUE", { key: 0 });
    expect(kit.bpf.bpf_map_lookup_elem(hash, null).ret).toBe(EINVAL);
    expect(kit.bpf.bpf_map_update_elem(hash, null, u32(1), 0)).toBe(EINVAL);
    expect(kit.bpf.bpf_map_update_elem(queue, u32(1), u32(1), 0)).toBe(EINVAL);
    expect(kit.bpf.bpf_map_lookup_elem(queue, u32(1)).ret).toBe(EINVAL);
  }),

  row(40, "given descriptor -1, then EBADF; given a program's, then EINVAL", async (kit) => {
    const { bpf } = kit;
    const program = await kit.program("mov %r0, 0\nexit");
    for (const [descriptor, result] of [
      [-1, EBADF],
      [program, EINVAL],
    ] as const) {
      expect(bpf.bpf_map_lookup_elem(descriptor, u32(0)).ret).toBe(result);
      expect(bpf.bpf_map_update_elem(descriptor, u32(0), u32(0), 0)).toBe(result);
      expect(bpf.bpf_map_delete_elem(descriptor, u32(0))).toBe(result);
      expect(bpf.bpf_map_get_next_key(descriptor, null).ret).toBe(result);
    }
  }),

  row(41, "given flags over 2, then EINVAL; EXIST without the key ENOENT; NOEXIST with it EEXIST", (kit) => {
    const map = kit.map("HASH");
    const update = (key: number, flags: number) => kit.bpf.bpf_map_update_elem(map, u32(key), u32(1), flags);
    expect([update(1, 3), update(1, 4), update(1, 2), update(1, 1), update(1, 1), update(1, 2)]).toEqual([
      EINVAL,
      EINVAL,
      ENOENT,
      0,
      EEXIST,
      0,
    ]);
  }),

  row(
    42,
    "given an empty hash, when the next key is asked, then ENOENT; given an unknown key, then the first",
    (kit) => {
      const map = kit.map("HASH");
      expect(kit.bpf.bpf_map_get_next_key(map, null).ret).toBe(ENOENT);
      fill(kit, map, 3);
      const [first] = kit.keys(map);
      expect(kit.bpf.bpf_map_get_next_key(map, u32(77))).toEqual({ ret: 0, value: first });
    },
  ),

  row(43, "given N keys, when walked, then exactly N keys come", (kit) => {
    const map = kit.map("HASH", { entries: 100 });
    fill(kit, map, 100);
    const keys = kit.keys(map).map((key) => number(key) ?? -1);
    expect(keys.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, key) => key));
  }),

  row(44, "given a queue, then first in is first out; empty ENOENT, full ENOSPC, EXIST drops the oldest", (kit) => {
    const { bpf } = kit;
    const queue = kit.map("QUEUE", { key: 0, entries: 2 });
    const push = (value: number, flags = 0) => bpf.bpf_map_update_elem(queue, null, u32(value), flags);
    const pop = () => bpf.bpf_map_lookup_and_delete_elem(queue, null);
    expect([push(1), push(2), push(3), push(3, 2)]).toEqual([0, 0, ENOSPC, 0]);
    expect(bpf.bpf_map_lookup_elem(queue, null)).toEqual({ ret: 0, value: u32(2) });
    expect([pop().value, pop().value].map(number)).toEqual([2, 3]);
    expect(pop().ret).toBe(ENOENT);
    expect(bpf.bpf_map_lookup_elem(queue, null).ret).toBe(ENOENT);
  }),

  row(45, "given a stack, then last in is first out, and the rest as a queue's", (kit) => {
    const { bpf } = kit;
    const stack = kit.map("STACK", { key: 0, entries: 2 });
    const push = (value: number, flags = 0) => bpf.bpf_map_update_elem(stack, null, u32(value), flags);
    const pop = () => bpf.bpf_map_lookup_and_delete_elem(stack, null);
    expect([push(1), push(2), push(3), push(3, 2)]).toEqual([0, 0, ENOSPC, 0]);
    expect(bpf.bpf_map_lookup_elem(stack, null)).toEqual({ ret: 0, value: u32(3) });
    // What goes is the bottom.
    expect([pop().value, pop().value].map(number)).toEqual([3, 2]);
    expect(pop().ret).toBe(ENOENT);
  }),

  row(46, "given a per-CPU map, when all CPUs' slots are written, each padded to 8 bytes, then all are read", (kit) => {
    const cpus = kit.bpf.libbpf_num_possible_cpus();
    const value = Uint8Array.from({ length: 8 * cpus }, (_, at) => (at % 8 < 3 ? at + 1 : 0));
    for (const type of ["PERCPU_HASH", "PERCPU_ARRAY", "LRU_PERCPU_HASH"] as const) {
      const map = kit.map(type, { value: 3 });
      expect(kit.bpf.bpf_map_update_elem(map, u32(1), value, 0)).toBe(0);
      const read = kit.bpf.bpf_map_lookup_elem(map, u32(1));
      expect(read.value).toHaveLength(8 * cpus);
      for (let cpu = 0; cpu < cpus; cpu++) {
        expect(read.value?.slice(cpu * 8, cpu * 8 + 3)).toEqual(value.slice(cpu * 8, cpu * 8 + 3));
      }
    }
  }),

  row(
    47,
    "given 20,000 entries, when written, read and deleted in batches, then all are; a short batch, then ENOENT",
    (kit) => {
      const { bpf } = kit;
      const count = 20_000;
      const map = kit.map("HASH", { entries: count });
      const keys = new Uint8Array(Uint32Array.from({ length: count }, (_, key) => key).buffer);
      expect(bpf.bpf_map_update_batch(map, keys, keys, count, {})).toBe(0);
      const first = bpf.bpf_map_lookup_batch(map, null, 15_000, {});
      expect(first).toMatchObject({ ret: 0, count: 15_000 });
      const second = bpf.bpf_map_lookup_batch(map, first.out_batch ?? null, 15_000, {});
      expect(second).toMatchObject({ ret: 0, count: 5_000 });
      expect(second.keys).toEqual(second.values);
      expect(bpf.bpf_map_lookup_batch(map, second.out_batch ?? null, 15_000, {}).ret).toBe(ENOENT);
      expect(bpf.bpf_map_delete_batch(map, keys, count, {})).toBe(0);
      expect(bpf.bpf_map_get_next_key(map, null).ret).toBe(ENOENT);
    },
  ),

  row(48, "given a batch with flags or of no entries, then EINVAL", (kit) => {
    const { bpf } = kit;
    const map = kit.map("HASH");
    expect(bpf.bpf_map_update_batch(map, u32(1), u32(1), 1, { flags: 1 })).toBe(EINVAL);
    expect(bpf.bpf_map_update_batch(map, u32(1), u32(1), 1, { elem_flags: 3 })).toBe(EINVAL);
    expect(bpf.bpf_map_update_batch(map, u32(1), u32(1), 0, {})).toBe(EINVAL);
    expect(bpf.bpf_map_delete_batch(map, u32(1), 1, { flags: 1 })).toBe(EINVAL);
    expect(bpf.bpf_map_delete_batch(map, u32(1), 0, {})).toBe(EINVAL);
    expect(bpf.bpf_map_lookup_batch(map, null, 1, { flags: 1 }).ret).toBe(EINVAL);
    expect(bpf.bpf_map_lookup_batch(map, null, 0, {}).ret).toBe(EINVAL);
  }),

  row(49, "given entries, when read and deleted in batches, then the map empties", (kit) => {
    const { bpf } = kit;
    const map = kit.map("HASH", { entries: 100 });
    fill(kit, map, 100);
    const seen: number[] = [];
    for (;;) {
      const { ret, keys, count = 0 } = bpf.bpf_map_lookup_and_delete_batch(map, null, 30, {});
      if (ret === ENOENT) break;
      expect(ret).toBe(0);
      for (let i = 0; i < count; i++) seen.push(number(keys?.subarray(i * 4)) ?? -1);
      expect(kit.keys(map)).toHaveLength(100 - seen.length);
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, key) => key));
  }),

  row(
    50,
    "given an array of maps, when an inner map of another key, value, size or type is put in, then EINVAL",
    (kit) => {
      const outer = kit.map("ARRAY_OF_MAPS", { inner: kit.map("HASH") });
      for (const wrong of [
        kit.map("HASH", { key: 8 }),
        kit.map("HASH", { value: 8 }),
        kit.map("HASH", { entries: 5 }),
        kit.map("LRU_HASH"),
      ]) {
        expect(kit.bpf.bpf_map_update_elem(outer, u32(0), u32(wrong), 0)).toBe(EINVAL);
      }
      expect(kit.bpf.bpf_map_update_elem(outer, u32(0), u32(kit.map("HASH")), 0)).toBe(0);
    },
  ),

  row(
    51,
    "given an array of maps, when looked up, then the inner map's id, and a descriptor by it opens the map",
    (kit) => {
      const { bpf } = kit;
      const inner = kit.map("HASH");
      const outer = kit.map("ARRAY_OF_MAPS", { inner });
      expect(bpf.bpf_map_update_elem(inner, u32(1), u32(11), 0)).toBe(0);
      expect(bpf.bpf_map_update_elem(outer, u32(3), u32(inner), 0)).toBe(0);
      const id = number(bpf.bpf_map_lookup_elem(outer, u32(3)).value) ?? 0;
      expect(id).toBe(kit.info(inner).id);
      const again = kit.opened(bpf.bpf_map_get_fd_by_id(id));
      expect(bpf.bpf_map_lookup_elem(again, u32(1))).toEqual({ ret: 0, value: u32(11) });
    },
  ),

  row(52, "given an outer map, when updated with -1, then the slot empties; in a hash of maps EINVAL", (kit) => {
    const { bpf } = kit;
    const inner = kit.map("HASH");
    for (const [type, result, after] of [
      ["ARRAY_OF_MAPS", 0, ENOENT],
      ["HASH_OF_MAPS", EINVAL, 0],
    ] as const) {
      const outer = kit.map(type, { inner });
      expect(bpf.bpf_map_update_elem(outer, u32(0), u32(inner), 0)).toBe(0);
      expect(bpf.bpf_map_update_elem(outer, u32(0), u32(0xffff_ffff), 0)).toBe(result);
      expect(bpf.bpf_map_lookup_elem(outer, u32(0)).ret).toBe(after);
    }
  }),

  row(
    53,
    "given an outer map in a program, when its last user reference goes, then its inner maps go and it stays",
    async (kit) => {
      const { bpf } = kit;
      for (const type of ["ARRAY_OF_MAPS", "HASH_OF_MAPS"] as const) {
        const inner = kit.map("ARRAY");
        const outer = kit.map(type, { inner });
        const ids = [kit.info(inner).id, kit.info(outer).id];
        await kit.program(`lddw %r1, ${outer}\nmov %r0, 0\nexit`);
        expect(bpf.bpf_map_update_elem(outer, u32(0), u32(inner), 0)).toBe(0);
        expect(bpf.ebpf_close_fd(inner)).toBe(0);
        expect(kit.ids("map")).toEqual(expect.arrayContaining(ids));
        expect(bpf.ebpf_close_fd(outer)).toBe(0);
        expect(kit.ids("map")).not.toContain(ids[0]);
        expect(kit.ids("map")).toContain(ids[1]);
      }
    },
  ),

  row(
    54,
    "given an entry of a program array, when its last user reference goes, then a tail call finds nothing",
    async (kit) => {
      const { bpf } = kit;
      const map = kit.map("PROG_ARRAY", { entries: 1 });
      const callee = await kit.program("mov %r0, 42\nexit");
      const caller = await kit.program(`lddw %r2, ${map}\nmov %r3, 0\ncall ${kit.helper.tailCall}\nmov %r0, 7\nexit`);
      expect(bpf.bpf_map_update_elem(map, u32(0), u32(callee), 0)).toBe(0);
      expect(await kit.run(caller)).toBe(42);
      expect(bpf.ebpf_close_fd(map)).toBe(0);
      expect(await kit.run(caller)).toBe(7);
    },
  ),

  row(
    55,
    "given maps in maps that BTF, an id or an index declares, then outer and inner are made, the inner first",
    async (kit) => {
      const { bpf } = kit;
      for (const [name, outerName, program] of [
        ["nested", "outer", "nested"],
        ["nested_legacy", "by_id", "nested_legacy"],
      ] as const) {
        const object = kit.object(name);
        expect(await bpf.bpf_object__load(object)).toBe(0);
        const inner = bpf.bpf_object__find_map_fd_by_name(object, "inner");
        const outer = bpf.bpf_object__find_map_fd_by_name(object, outerName);
        expect(kit.info(outer)).toMatchObject({ inner_map_id: kit.info(inner).id });
        expect(kit.info(inner).id).toBeLessThan(kit.info(outer).id);
        const slot = name === "nested" ? 1 : 0;
        expect(bpf.bpf_map_update_elem(inner, u32(0), u32(33), 0)).toBe(0);
        expect(bpf.bpf_map_update_elem(outer, u32(slot), u32(inner), 0)).toBe(0);
        const run = bpf.bpf_program__fd(bpf.bpf_object__find_program_by_name(object, program));
        expect(await kit.run(run)).toBe(33);
      }
    },
    { needs: ["sockets"] },
  ),

  row(
    56,
    "given static values, when loaded as byte code, then the map is empty",
    async (kit) => {
      const object = kit.object("nested");
      expect(await kit.bpf.bpf_object__load(object)).toBe(0);
      const outer = kit.bpf.bpf_object__find_map_fd_by_name(object, "outer");
      expect(kit.bpf.bpf_map_lookup_elem(outer, u32(1)).ret).toBe(ENOENT);
    },
    { needs: ["sockets"], profile: "jit" },
  ),
  row(
    "56 native",
    "given static values, when loaded as a native image, then the map has them",
    async (kit) => {
      const { bpf } = kit;
      const object = kit.object("nested");
      expect(await bpf.bpf_object__load(object)).toBe(0);
      const inner = bpf.bpf_object__find_map_fd_by_name(object, "inner");
      const outer = bpf.bpf_object__find_map_fd_by_name(object, "outer");
      expect(number(bpf.bpf_map_lookup_elem(outer, u32(1)).value)).toBe(kit.info(inner).id);
      expect(bpf.bpf_map_lookup_elem(outer, u32(0)).ret).toBe(ENOENT);
    },
    { needs: ["native-images"], profile: "native" },
  ),

  row(
    57,
    "given a pinned map of the same definition, when an object pins by name, then it is used again",
    async (kit) => {
      const { bpf } = kit;
      const map = kit.map("ARRAY", { entries: 1 });
      expect(bpf.bpf_map_update_elem(map, u32(0), u32(55), 0)).toBe(0);
      expect(bpf.bpf_obj_pin(map, kit.path("contract_shared"))).toBe(0);
      const object = kit.object("pinned", { pin_root_path: kit.path("") });
      expect(await bpf.bpf_object__load(object)).toBe(0);
      const found = bpf.bpf_object__find_map_by_name(object, "contract_shared");
      expect(kit.info(bpf.bpf_map__fd(found)).id).toBe(kit.info(map).id);
      expect(bpf.bpf_map__is_pinned(found)).toBe(true);
      expect(await kit.run(bpf.bpf_program__fd(object.programs[0] ?? null))).toBe(55);
    },
    { needs: ["sockets"] },
  ),

  row(
    58,
    "given a pinned map of another definition or template, when loaded, then EINVAL",
    async (kit) => {
      const { bpf } = kit;
      const load = async () => bpf.bpf_object__load(kit.object("pinned", { pin_root_path: kit.path("") }));
      for (const wrong of [
        kit.map("ARRAY", { entries: 2 }),
        kit.map("ARRAY", { entries: 1, value: 8 }),
        kit.map("HASH", { entries: 1 }),
      ]) {
        expect(bpf.bpf_obj_pin(wrong, kit.path("contract_shared"))).toBe(0);
        expect(await load()).toBe(EINVAL);
        expect(bpf.ebpf_object_unpin(kit.path("contract_shared"))).toBe(0);
      }
      const outer = kit.map("ARRAY_OF_MAPS", { entries: 2, inner: kit.map("ARRAY", { entries: 3 }) });
      expect(bpf.bpf_obj_pin(outer, kit.path("contract_outer"))).toBe(0);
      expect(await load()).toBe(EINVAL);
      // What the load had pinned by then is gone again.
      expect(bpf.bpf_obj_get(kit.path("contract_shared"))).toBe(ENOENT);
      expect(bpf.ebpf_object_unpin(kit.path("contract_outer"))).toBe(0);
      expect(await load()).toBe(0);
    },
    { needs: ["sockets"] },
  ),

  row(
    59,
    "given nothing pinned, when loaded, then maps pin themselves, under the root that was chosen",
    async (kit) => {
      const { bpf } = kit;
      const object = kit.object("pinned", { pin_root_path: kit.path("folder") });
      expect(await bpf.bpf_object__load(object)).toBe(0);
      const id = kit.info(bpf.bpf_object__find_map_fd_by_name(object, "contract_shared")).id;
      expect(kit.info(kit.opened(bpf.bpf_obj_get(kit.path("folder\\contract_shared")))).id).toBe(id);
      expect(bpf.bpf_obj_get(kit.path("folder\\contract_inner"))).toBe(ENOENT);
      bpf.bpf_object__close(object);
      expect(kit.ids("map")).toContain(id);
      const other = kit.object("pinned");
      expect(await bpf.bpf_object__load(other)).toBe(0);
      expect(kit.info(kit.opened(bpf.bpf_obj_get("BPF:\\contract_shared"))).id).not.toBe(id);
      for (const name of ["contract_shared", "contract_outer"]) expect(bpf.ebpf_object_unpin(name)).toBe(0);
    },
    { needs: ["sockets"] },
  ),

  row(60, "given a custom map type without a provider, when created, then EINVAL", ({ bpf, type }) => {
    expect(bpf.bpf_map_create(type.SAMPLE_HASH_MAP, null, 4, 4, 4)).toBe(EINVAL);
    expect(bpf.bpf_map_create(type.XSKMAP, null, 4, 4, 4)).toBe(EINVAL);
  }),
  row(
    "60 provider",
    "given a custom map type with a provider, then it may refuse lookups and updates, and entries are limited",
    async (kit) => {
      const { bpf } = kit;
      const map = kit.map("SAMPLE_HASH_MAP", { entries: 2 });
      const update = (key: number, value: number) => bpf.bpf_map_update_elem(map, u32(key), u32(value), 0);
      expect(update(1, 10)).toBe(0);
      expect(bpf.bpf_map_lookup_elem(map, u32(1))).toEqual({ ret: 0, value: u32(10) });
      // The provider of the suite refuses the value 13, and to look up key 2.
      expect(update(1, 13)).toBe(EINVAL);
      expect(update(2, 20)).toBe(0);
      expect(bpf.bpf_map_lookup_elem(map, u32(2)).ret).toBe(EINVAL);
      expect(update(3, 30)).toBe(ENOSPC);
      expect(bpf.bpf_map_delete_elem(map, u32(1))).toBe(0);
      expect(kit.keys(map).map(number)).toEqual([2]);
    },
    { needs: ["custom-maps"], customMaps: true },
  ),

  row(61, "given a descriptor duplicated, when the first is closed, then the second works", (kit) => {
    const { bpf } = kit;
    const map = kit.map("HASH");
    const { ret, value = -1 } = bpf.ebpf_duplicate_fd(map);
    expect(ret).toBe(0);
    kit.opened(value);
    expect(bpf.ebpf_close_fd(map)).toBe(0);
    expect(bpf.bpf_map_update_elem(value, u32(1), u32(1), 0)).toBe(0);
    expect(bpf.bpf_map_update_elem(map, u32(1), u32(1), 0)).toBe(EBADF);
  }),

  row(
    62,
    "given a map bound to a program, when its descriptor is closed, then it stays until the program goes",
    async (kit) => {
      const { bpf } = kit;
      const map = kit.map("HASH");
      const { id } = kit.info(map);
      const program = await kit.program("mov %r0, 0\nexit");
      expect(bpf.bpf_prog_bind_map(program, map)).toBe(0);
      expect(kit.info(program)).toMatchObject({ nr_map_ids: 1, map_ids: [id] });
      expect(bpf.ebpf_close_fd(map)).toBe(0);
      expect(kit.ids("map")).toContain(id);
      expect(bpf.ebpf_close_fd(program)).toBe(0);
      expect(kit.ids("map")).not.toContain(id);
    },
  ),

  row(63, "given a value that is replaced again and again, when a program reads it, then it is whole", async (kit) => {
    const map = kit.map("HASH", { value: 8 });
    expect(kit.bpf.bpf_map_update_elem(map, u32(0), u32(0, 0), 0)).toBe(0);
    const program = await kit.program(`
      stw [%r10-4], 0
      lddw %r1, ${map}
      mov %r2, %r10
      add %r2, -4
      call ${kit.helper.lookup}
      jeq %r0, 0, miss
      ldxw %r1, [%r0]
      ldxw %r2, [%r0+4]
      mov %r0, 1
      jeq %r1, %r2, whole
      mov %r0, 2
    whole:
      exit
    miss:
      mov %r0, 0
      exit`);
    for (let round = 1; round <= 50; round++) {
      expect(kit.bpf.bpf_map_update_elem(map, u32(0), u32(round, round), 0)).toBe(0);
      expect(await kit.run(program)).toBe(1);
    }
  }),

  row(
    64,
    "given a value replaced while a program holds it, then the old one is readable until the program ends",
    async (kit) => {
      const map = kit.map("HASH", { value: 8 });
      expect(kit.bpf.bpf_map_update_elem(map, u32(0), u64(5), 0)).toBe(0);
      const program = await kit.program(`
      stw [%r10-4], 0
      stdw [%r10-16], 6
      lddw %r1, ${map}
      mov %r2, %r10
      add %r2, -4
      call ${kit.helper.lookup}
      jeq %r0, 0, miss
      mov %r6, %r0
      lddw %r1, ${map}
      mov %r2, %r10
      add %r2, -4
      mov %r3, %r10
      add %r3, -16
      mov %r4, 0
      call ${kit.helper.update}
      ldxdw %r0, [%r6]
      exit
    miss:
      mov %r0, 0
      exit`);
      expect(await kit.run(program)).toBe(5);
      expect(kit.bpf.bpf_map_lookup_elem(map, u32(0)).value).toEqual(u64(6));
    },
  ),

  row(
    65,
    "given a small buffer for info, then it is cut and the length says so; a name of 64 bytes is refused",
    (kit) => {
      const map = kit.map("HASH", { name: "n".repeat(63) });
      expect(kit.info(map)).toMatchObject({ name: "n".repeat(63), key_size: 4, value_size: 4, max_entries: 4 });
      expect(kit.bpf.bpf_obj_get_info_by_fd(map, { info_len: 20 })).toMatchObject({ ret: 0, info_len: 20 });
      expect(kit.bpf.bpf_map_create(kit.type.HASH, "n".repeat(64), 4, 4, 4)).toBe(EINVAL);
    },
  ),
];
