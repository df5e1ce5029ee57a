import { expect } from "vitest";
import { type Kit, u32 } from "./kit.ts";
import { row } from "./row.ts";

const EBADF = -9;
const EEXIST = -17;
const EINVAL = -22;
const ENOENT = -2;
const EOTHER = -131;
/** `ebpf_result_t`. */
const INVALID_ARGUMENT = 6;
const KEY_NOT_FOUND = 19;
const NO_MORE_KEYS = 25;
/** `ebpf_object_type_t`. */
const [ANY, MAP, LINK, PROGRAM] = [0, 1, 2, 3];

/** Pins of one object type below the row's own folder, in the order that they come. */
function pinsOf({ bpf, path }: Kit, type = ANY) {
  const found: [string, number | undefined][] = [];
  let at = "";
  for (;;) {
    const { ret, next_path, type: kind } = bpf.ebpf_get_next_pinned_object_path(at, type);
    if (ret !== 0 || next_path === undefined) {
      expect(ret).toBe(NO_MORE_KEYS);
      return found;
    }
    if (next_path.startsWith(path(""))) found.push([next_path.slice(path("").length), kind]);
    at = next_path;
  }
}

/** Behaviour inventory, section 3. */
export const objectRows = [
  row(66, "given many spellings of a path, then one canonical form", ({ bpf }) => {
    const canonical = "BPF:\\my\\pin\\path";
    for (const [input, output] of [
      ["my/pin/path", canonical],
      ["my\\pin\\path", canonical],
      ["\\my\\pin\\path", canonical],
      ["/my/pin/path", canonical],
      ["BPF:/./my/pin/path", canonical],
      ["my/pin//path", canonical],
      ["my/pin/oops/../path", canonical],
      ["my\\pin\\path\\oops\\..", canonical],
      ["/ebpf/global/my/pin/path", canonical],
      ["/EBPF/Global/my/pin/path", canonical],
      ["/sys/fs/bpf/My/Pin/Path", "BPF:\\sys\\fs\\bpf\\My\\Pin\\Path"],
      ["", "BPF:\\"],
      ["/a/b/", "BPF:\\a\\b\\"],
      ["a/b/.", "BPF:\\a\\b\\."],
    ]) {
      expect(bpf.ebpf_canonicalize_pin_path(input ?? null)).toEqual({ ret: 0, value: output });
    }
  }),

  row(67, "given a drive or a path out of the root, then INVALID_ARGUMENT", ({ bpf }) => {
    for (const input of ["..", "/..", "/mypinpath/../..", "C:\\"]) {
      expect(bpf.ebpf_canonicalize_pin_path(input).ret).toBe(INVALID_ARGUMENT);
    }
  }),

  row(68, "given a pin at a taken path, then EEXIST; unpinned twice, then KEY_NOT_FOUND", (kit) => {
    const path = kit.path("taken");
    const map = kit.map("ARRAY");
    expect(kit.bpf.bpf_obj_pin(map, path)).toBe(0);
    expect(kit.bpf.bpf_obj_pin(map, path)).toBe(EEXIST);
    expect(kit.bpf.bpf_obj_pin(kit.map("ARRAY"), path)).toBe(EEXIST);
    expect(kit.bpf.ebpf_object_unpin(path)).toBe(0);
    expect(kit.bpf.ebpf_object_unpin(path)).toBe(KEY_NOT_FOUND);
    expect(kit.bpf.bpf_obj_get(path)).toBe(ENOENT);
  }),

  row(69, "given one object pinned at several paths, then its info counts them, and each goes by itself", (kit) => {
    const map = kit.map("ARRAY");
    for (const name of ["a", "b", "c"]) expect(kit.bpf.bpf_obj_pin(map, kit.path(name))).toBe(0);
    expect(kit.info(map)).toMatchObject({ pinned_path_count: 3 });
    expect(kit.bpf.ebpf_object_unpin(kit.path("b"))).toBe(0);
    expect(kit.info(map)).toMatchObject({ pinned_path_count: 2 });
    expect(pinsOf(kit)).toEqual([
      ["a", MAP],
      ["c", MAP],
    ]);
  }),

  row(
    70,
    "given pins of maps, programs and links, when walked, then sorted, with types; filtered; at the end NO_MORE_KEYS",
    async (kit) => {
      const { bpf } = kit;
      const program = await kit.program("mov %r0, 0\nexit");
      const link = await bpf.ebpf_program_attach_by_fds(program, bpf.ebpf_get_ebpf_attach_type(2).value ?? null, null);
      expect(link.ret).toBe(0);
      expect(bpf.bpf_obj_pin(program, kit.path("m_program"))).toBe(0);
      expect(bpf.bpf_obj_pin(kit.opened(link.value ?? -1), kit.path("z_link"))).toBe(0);
      expect(bpf.bpf_obj_pin(kit.map("HASH"), kit.path("B_map"))).toBe(0);
      expect(bpf.bpf_obj_pin(kit.map("HASH"), kit.path("a_map"))).toBe(0);
      expect(pinsOf(kit)).toEqual([
        ["B_map", MAP],
        ["a_map", MAP],
        ["m_program", PROGRAM],
        ["z_link", LINK],
      ]);
      expect(pinsOf(kit, LINK)).toEqual([["z_link", LINK]]);
      expect(pinsOf(kit, MAP)).toEqual([
        ["B_map", MAP],
        ["a_map", MAP],
      ]);
    },
    { needs: ["sockets"] },
  ),

  row(71, "given a buffer of 0 bytes for the path, then failure", (kit) => {
    expect(kit.bpf.bpf_obj_pin(kit.map("HASH"), kit.path("a"))).toBe(0);
    expect(kit.bpf.ebpf_get_next_pinned_object_path("", ANY, 0).ret).not.toBe(0);
    expect(kit.bpf.ebpf_get_next_pinned_object_path("", ANY, 3).ret).not.toBe(0);
  }),

  row(72, "given a pinned map, when all descriptors are closed, then it opens by its path", (kit) => {
    const map = kit.map("HASH");
    expect(kit.bpf.bpf_map_update_elem(map, u32(1), u32(2), 0)).toBe(0);
    expect(kit.bpf.bpf_obj_pin(map, kit.path("kept"))).toBe(0);
    expect(kit.bpf.ebpf_close_fd(map)).toBe(0);
    const again = kit.opened(kit.bpf.bpf_obj_get(kit.path("kept")));
    expect(kit.bpf.bpf_map_lookup_elem(again, u32(1))).toEqual({ ret: 0, value: u32(2) });
  }),

  row(73, "given pinned maps, when listed, then count, definition and path; given none, then an empty list", (kit) => {
    const own = () => {
      const { ret, map_info } = kit.bpf.ebpf_api_get_pinned_map_info();
      expect(ret).toBe(0);
      return map_info.filter(({ path }) => path.startsWith(kit.path("")));
    };
    expect(own()).toEqual([]);
    const map = kit.map("HASH", { key: 8, value: 12, entries: 6 });
    expect(kit.bpf.bpf_obj_pin(map, kit.path("listed"))).toBe(0);
    expect(own()).toMatchObject([
      { type: kit.type.HASH, key_size: 8, value_size: 12, max_entries: 6, path: kit.path("listed") },
    ]);
  }),

  row(74, "given a conflict when an object is pinned, then its maps are unpinned again", async (kit) => {
    const { bpf } = kit;
    const object = kit.object("nested");
    expect(await bpf.bpf_object__load(object)).toBe(0);
    // Programs are pinned by their section.
    expect(bpf.bpf_obj_pin(kit.map("HASH"), kit.path("folder\\bind_table"))).toBe(0);
    expect(bpf.bpf_object__pin(object, kit.path("folder"))).toBe(EEXIST);
    expect(pinsOf(kit, MAP)).toEqual([["folder\\bind_table", MAP]]);
  }),

  row(
    75,
    "given a map of an object pinned twice, then at one path EEXIST, at another EOTHER",
    async ({ bpf, object, path }) => {
      const opened = object("nested");
      expect(await bpf.bpf_object__load(opened)).toBe(0);
      const map = bpf.bpf_object__find_map_by_name(opened, "inner");
      expect(bpf.bpf_map__pin(map, path("m"))).toBe(0);
      expect(bpf.bpf_map__is_pinned(map)).toBe(true);
      expect(bpf.bpf_map__pin(map, path("m"))).toBe(EEXIST);
      expect(bpf.bpf_map__pin(map, path("other"))).toBe(EOTHER);
      expect(bpf.bpf_map__unpin(map, path("other"))).toBe(EINVAL);
      expect(bpf.bpf_map__unpin(map, path("m"))).toBe(0);
      expect(bpf.bpf_map__unpin(map, path("m"))).toBe(ENOENT);
    },
  ),

  row(
    76,
    "given maps and programs of an object, when walked forth and back, then one order; from null the first or last",
    ({ bpf, object }) => {
      const opened = object("nested");
      const forth: unknown[] = [];
      for (
        let map = bpf.bpf_object__next_map(opened, null);
        map !== null;
        map = bpf.bpf_object__next_map(opened, map)
      ) {
        forth.push(map);
      }
      const back: unknown[] = [];
      for (
        let map = bpf.bpf_object__prev_map(opened, null);
        map !== null;
        map = bpf.bpf_object__prev_map(opened, map)
      ) {
        back.push(map);
      }
      expect(forth).toHaveLength(4);
      expect(back.reverse()).toEqual(forth);
      const first = bpf.bpf_object__next_program(opened, null);
      const last = bpf.bpf_object__prev_program(opened, null);
      expect(bpf.bpf_object__next_program(opened, first)).toBe(last);
      expect(bpf.bpf_object__prev_program(opened, last)).toBe(first);
      expect(bpf.bpf_object__next_program(opened, last)).toBeNull();
    },
  ),

  row(
    77,
    "given native programs, then they are sorted by name",
    ({ bpf, object }) => {
      const names = object("nested").programs.map((program) => bpf.bpf_program__name(program));
      expect(names).toEqual(["in_table", "nested"]);
    },
    { needs: ["native-images"], profile: "native" },
  ),

  row(78, "given a bad descriptor, when pinned, then EINVAL or EBADF", ({ bpf, path }) => {
    expect(bpf.bpf_obj_pin(-1, path("bad"))).toBe(EINVAL);
    expect(bpf.bpf_obj_pin(0, path("bad"))).toBe(EINVAL);
    expect(bpf.bpf_obj_pin(999, path("bad"))).toBe(EBADF);
  }),

  row(79, "given ids, when walked, then ascending, of one kind, and ENOENT at the end", async (kit) => {
    const maps = [kit.map("HASH"), kit.map("ARRAY")].map((map) => kit.info(map).id);
    const program = kit.info(await kit.program("mov %r0, 0\nexit")).id;
    const last = kit.info(kit.map("HASH")).id;
    const ids = kit.ids("map");
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids).toEqual(expect.arrayContaining([...maps, last]));
    expect(ids).not.toContain(program);
    expect(kit.ids("prog")).toContain(program);
    expect(kit.bpf.bpf_map_get_next_id(Math.max(...ids)).ret).toBe(ENOENT);
    expect(kit.bpf.bpf_map_get_fd_by_id(program)).toBe(ENOENT);
    expect(kit.bpf.bpf_prog_get_fd_by_id(last)).toBe(ENOENT);
  }),

  row(
    80,
    "given bpf() with more members than it knows, then taken where they are zero, else EINVAL; fewer are fine",
    async ({ bpf, type, opened }) => {
      const MAP_CREATE = 0;
      const map = { map_type: type.HASH, key_size: 4, value_size: 4, max_entries: 4 };
      opened((await bpf.bpf(MAP_CREATE, map)).ret);
      opened((await bpf.bpf(MAP_CREATE, { ...map, some_new_member: 0 })).ret);
      expect((await bpf.bpf(MAP_CREATE, { ...map, some_new_member: 1 })).ret).toBe(EINVAL);
      expect((await bpf.bpf(MAP_CREATE, { ...map, map_name: "fifteen letters" })).ret).toBeGreaterThan(0);
      expect((await bpf.bpf(MAP_CREATE, { ...map, map_name: "sixteen letters!" })).ret).toBe(EINVAL);
    },
  ),

  row(81, "given a command that bpf() does not know, then EINVAL", async ({ bpf }) => {
    for (const command of [-1, 17, 18, 22, 24, 28, 1000]) expect((await bpf.bpf(command, {})).ret).toBe(EINVAL);
  }),
];
