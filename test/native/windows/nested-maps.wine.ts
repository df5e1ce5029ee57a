import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MapType, openRuntime, type Runtime, u32 } from "../../../src/index.ts";
import { libbpf } from "../../../src/libbpf/index.ts";
import { double } from "./double.ts";

const nested = join(import.meta.dirname, "../../contract/programs/nested.o");

/** Bytes of a bind context, `bind_md_t` (include/ebpf_nethooks.h). */
const CONTEXT = new Uint8Array(56);

async function withRuntime(use: (runtime: Runtime) => Promise<void>): Promise<void> {
  const runtime = openRuntime("windows");
  try {
    const before = pinned(runtime);
    await use(runtime);
    expect(pinned(runtime)).toEqual(before);
  } finally {
    runtime.close();
  }
}

const pinned = (runtime: Runtime): string[] => [...runtime.pins()].map(({ path }) => path);

async function thrownBy(action: () => Promise<unknown>): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/**
 * libs/api/ebpf_api.cpp: ebpf_program_load_bytes (bpf_prog_load) says 0 for the template's descriptor, which no map has, and
 * the verifier refuses the lookup; _ebpf_object_load_programs (bpf_object__load) says the right one.
 */
describe("programs that look inner maps up, as byte code", () => {
  it("given an object with one, then it is loaded, finds what user mode puts there, and no pin is left", async () => {
    await withRuntime(async (runtime) => {
      const object = await runtime.load(nested);
      const [inner, outer] = [object.maps.get("inner"), object.maps.get("outer")];
      inner.set(0, 33);
      outer.setObject(1, inner);
      const program = object.programs.get("nested");
      expect((await program.run({ context: CONTEXT })).returnValue).toBe(33);
      expect(program.info).toMatchObject({ name: "nested", type: "bind", section: "bind", execution: "jit" });
      // The template without a name is a map, too, and lives as long as the object.
      const ids = [...runtime.ids("map")];
      object.close();
      expect([...runtime.ids("map")]).toHaveLength(ids.length - 4);
      const interpreted = await runtime.load(nested, { execution: "interpret" });
      expect(interpreted.programs.get("in_table").info).toMatchObject({
        section: "bind/table",
        execution: "interpret",
      });
      interpreted.close();
    });
  });

  it("given a map of the caller's in place of the object's own, then the program looks into it", async () => {
    await withRuntime(async (runtime) => {
      const first = await runtime.load(nested, { programs: [] });
      const { maps } = first;
      maps.get("inner").set(0, 44);
      maps.get("outer").setObject(1, maps.get("inner"));
      const object = await runtime.load(nested, { maps: { outer: maps.get("outer"), inner: maps.get("inner") } });
      first.close();
      expect((await object.programs.get("nested").run({ context: CONTEXT })).returnValue).toBe(44);
      expect(object.maps.get("outer").info.id).toBe(maps.get("outer").info.id);
      object.close();
    });
  });

  it("given instructions by themselves, then they are loaded as long as the template is open, and refused later", async () => {
    await withRuntime(async (runtime) => {
      const bpf = libbpf(runtime);
      const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
      const inner = bpf.bpf_map_create(MapType.ARRAY, "inner", 4, 4, 1);
      const template = bpf.bpf_map_create(MapType.ARRAY, "template", 4, 4, 1);
      const outer = bpf.bpf_map_create(MapType.HASH_OF_MAPS, "outer", 4, 4, 1, { inner_map_fd: template });
      expect(bpf.bpf_map_update_elem(inner, word(0), word(55), 0)).toBe(0);
      expect(bpf.bpf_map_update_elem(outer, word(0), word(inner), 0)).toBe(0);
      const code = lookupTwice(outer);
      const { ret } = await bpf.bpf_prog_load(2, "twice", "GPL", code, code.length / 8);
      expect(ret).toBeGreaterThan(0);
      const run = await bpf.bpf_prog_test_run_opts(ret, { ctx_in: CONTEXT, ctx_size_out: CONTEXT.length });
      expect(run).toMatchObject({ ret: 0, retval: 55 });
      bpf.ebpf_close_fd(template);
      const late = await bpf.bpf_prog_load(2, "late", "GPL", code, code.length / 8, { log_size: 65536 });
      expect(late).toMatchObject({ ret: -13, log: expect.stringContaining("original map fd 0 not found") });
      for (const fd of [inner, outer, ret]) bpf.ebpf_close_fd(fd);
    });
  });

  it("given pins that a process left which was killed while it loaded, when another loads, then they are gone", async () => {
    const runtime = openRuntime("windows");
    const map = runtime.createMap({ type: MapType.ARRAY, key: u32, value: u32, maxEntries: 1 });
    // Ids of processes on Windows are multiples of four, and small.
    const left = "BPF:\\winbpf-load\\2147483644-00";
    const own = `BPF:\\winbpf-load\\${process.pid}-00`;
    map.pin(`${left}\\m0`).pin(`${own}\\m0`);
    (await runtime.load(nested)).close();
    expect(pinned(runtime)).toEqual([`${own}\\m0`]);
    runtime.unpin(`${own}\\m0`);
    runtime.close();
  });

  it.runIf(double === undefined)(
    "given one that reads behind the value, then the refusal has the verifier's log",
    async () => {
      await withRuntime(async (runtime) => {
        const bpf = libbpf(runtime);
        const template = bpf.bpf_map_create(MapType.ARRAY, "template", 4, 4, 1);
        const outer = bpf.bpf_map_create(MapType.ARRAY_OF_MAPS, "outer", 4, 4, 1, { inner_map_fd: template });
        const code = lookupTwice(outer, 4);
        const load = await bpf.bpf_prog_load(2, "behind", "GPL", code, code.length / 8, { log_size: 65536 });
        expect(load.ret).toBe(-13);
        expect(load.log).toContain("Upper bound must be at most");
        for (const fd of [template, outer]) bpf.ebpf_close_fd(fd);
      });
    },
  );

  it.runIf(double !== undefined)(
    "given a call on the way that fails, then the error says which, and nothing is left",
    async () => {
      const counts = () => (["descriptors", "pins", "allocations"] as const).map((what) => double?.count(what));
      const before = counts();
      for (const call of [
        "bpf_obj_pin",
        "bpf_object__open_mem",
        "bpf_program__set_type",
        "bpf_object__load",
        "ebpf_duplicate_fd",
      ]) {
        await withRuntime(async (runtime) => {
          double?.fail(call, 12, 0, 1);
          const error = await thrownBy(() => runtime.load(nested));
          double?.heal();
          expect(error, call).toMatchObject({ code: "EBPF_NO_MEMORY", message: expect.stringContaining(call) });
        });
      }
      expect(counts()).toEqual(before);
    },
  );
});

/** Looks key 0 up in the map of maps, and key 0 in what it finds: the word at `offset` of that value, else 0. */
function lookupTwice(outer: number, offset = 0): Uint8Array {
  const slots: readonly (readonly [code: number, registers: number, offset: number, immediate: number])[] = [
    [0x62, 0x0a, -4, 0], // *(u32 *)(r10 - 4) = 0
    [0xbf, 0xa2, 0, 0], // r2 = r10
    [0x07, 0x02, 0, -4], // r2 += -4
    [0x18, 0x11, 0, outer], // r1 = map outer
    [0x00, 0x00, 0, 0],
    [0x85, 0x00, 0, 1], // call bpf_map_lookup_elem
    [0x15, 0x00, 7, 0], // if r0 == 0 goto the end
    [0xbf, 0x01, 0, 0], // r1 = r0
    [0xbf, 0xa2, 0, 0],
    [0x07, 0x02, 0, -4],
    [0x85, 0x00, 0, 1],
    [0x15, 0x00, 2, 0],
    [0x61, 0x00, offset, 0], // r0 = *(u32 *)(r0 + offset)
    [0x95, 0x00, 0, 0],
    [0xb7, 0x00, 0, 0],
    [0x95, 0x00, 0, 0],
  ];
  const view = new DataView(new ArrayBuffer(8 * slots.length));
  for (const [index, [code, registers, off, immediate]] of slots.entries()) {
    view.setUint8(8 * index, code);
    view.setUint8(8 * index + 1, registers);
    view.setInt16(8 * index + 2, off, true);
    view.setInt32(8 * index + 4, immediate, true);
  }
  return new Uint8Array(view.buffer);
}
