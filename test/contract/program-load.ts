import { expect } from "vitest";
import { SimulatedRuntime } from "../../src/index.ts";
import { type Kit, u32 } from "./kit.ts";
import { row } from "./row.ts";

const EACCES = -13;
const EBUSY = -16;
const EINVAL = -22;
const ENOSPC = -28;
const ENOTSUP = -129;
/** `ebpf_result_t`. */
const INVALID_ARGUMENT = 6;
const NO_MEMORY = 12;
const NO_MORE_TAIL_CALLS = -27;
/** `ebpf_execution_type_t`. */
const [ANY, JIT, INTERPRET, NATIVE] = [0, 1, 2, 3];
/** `bpf_prog_type` of the sample extension. */
const SAMPLE = 999;

const RETURN_0 = "mov %r0, 0\nexit";
/** r0 is not set: refused by every verifier. */
const INVALID = "exit";

const load = (kit: Kit, text: string, log_size = 0, type = kit.plain.number) => {
  const code = kit.code(text);
  return kit.bpf.bpf_prog_load(type, "p", "GPL", code, code.length / 8, { log_size });
};

/** Calls the program at index `index` of the map; r0 is the helper's result where it comes back. */
const calling = (kit: Kit, map: number, index: number) =>
  `lddw %r2, ${map}\nmov %r3, ${index}\ncall ${kit.helper.tailCall}\nexit`;

/** Behaviour inventory, section 1. */
export const programLoadRows = [
  row(1, "given no instructions, when loaded, then EINVAL", async (kit) => {
    const { number } = kit.plain;
    expect((await kit.bpf.bpf_prog_load(number, null, null, null, 0)).ret).toBe(EINVAL);
    expect((await kit.bpf.bpf_prog_load(number, null, null, new Uint8Array(0), 0)).ret).toBe(EINVAL);
    expect(kit.bpf.errno).toBe(-EINVAL);
  }),

  row(2, "given more instructions than allowed, when loaded, then failure", async (kit) => {
    const text = `${"mov %r0, 0\n".repeat(70_000)}exit`;
    expect((await load(kit, text)).ret).toBeLessThan(0);
  }),

  row(3, "given r0 not set before exit, when loaded, then EACCES and a log", async (kit) => {
    const { ret, log } = await load(kit, INVALID, 4096);
    expect(ret).toBe(EACCES);
    expect(log).not.toBe("");
  }),

  row(
    4,
    "given a type that lacks a helper or whose context is too short, when loaded, then EACCES or EINVAL",
    async (kit) => {
      expect([EACCES, EINVAL]).toContain((await load(kit, "call 9999\nexit")).ret);
      expect([EACCES, EINVAL]).toContain((await load(kit, "ldxdw %r0, [%r1+4096]\nexit")).ret);
      expect((await load(kit, RETURN_0, 0, 12_345)).ret).toBe(EINVAL);
    },
  ),

  row(5, "given no name, when loaded, then its name is 63 hex digits", async (kit) => {
    const program = await kit.program(RETURN_0, null);
    expect(kit.info(program).id).toBeGreaterThan(0);
    expect(kit.info(program)).toMatchObject({ name: expect.stringMatching(/^[0-9a-f]{63}$/) });
  }),

  row(6, "given a log buffer without a size, then EINVAL", async (kit) => {
    const code = kit.code(RETURN_0);
    const options = { log_size: 0, log_buf: true };
    expect((await kit.bpf.bpf_prog_load(kit.plain.number, null, "GPL", code, 2, options)).ret).toBe(EINVAL);
  }),

  row(7, "given a log buffer that is too small, then ENOSPC, and the log is cut", async (kit) => {
    const { log: whole = "" } = await load(kit, INVALID, 4096);
    const { ret, log } = await load(kit, INVALID, 8);
    expect(ret).toBe(ENOSPC);
    expect(log).toBe(whole.slice(0, 7));
  }),

  row(
    8,
    "given bpf() with a log level and no buffer, or a buffer and no level, then EINVAL",
    async ({ bpf, plain, code }) => {
      const attributes = { prog_type: plain.number, insn_cnt: 2, insns: code(RETURN_0) };
      const PROG_LOAD = 5;
      expect((await bpf.bpf(PROG_LOAD, { ...attributes, log_level: 1 })).ret).toBe(EINVAL);
      expect((await bpf.bpf(PROG_LOAD, { ...attributes, log_level: 0, log_size: 4096, log_buf: true })).ret).toBe(
        EINVAL,
      );
      expect(
        (await bpf.bpf(PROG_LOAD, { ...attributes, log_level: 1, log_size: 4096, log_buf: true })).ret,
      ).toBeGreaterThan(0);
    },
  ),

  row(9, "given a program that uses a map by descriptor, when loaded, then its map ids have it", async (kit) => {
    const map = kit.map("ARRAY");
    const program = await kit.program(`lddw %r1, ${map}\n${RETURN_0}`);
    expect(kit.info(program)).toMatchObject({ nr_map_ids: 1, map_ids: [kit.info(map).id] });
  }),

  row(
    10,
    "given a build without JIT and interpreter, when byte code is loaded, then ENOTSUP",
    async (kit) => {
      const maps = kit.ids("map");
      expect((await load(kit, RETURN_0)).ret).toBe(ENOTSUP);
      expect(await kit.bpf.bpf_object__load(kit.object("pinned"))).toBe(ENOTSUP);
      expect(kit.ids("map")).toEqual(maps);
    },
    { needs: ["profiles"], profile: "native-only" },
  ),

  row(
    11,
    "given a program forced to another type, when loaded, then EACCES",
    async (kit) => {
      const object = kit.object("sections");
      // bind_md_t has 56 bytes, sample_program_context_t 32.
      for (const program of object.programs) expect(kit.bpf.bpf_program__set_type(program, SAMPLE)).toBe(0);
      expect(await kit.bpf.bpf_object__load(object)).toBe(EACCES);
    },
    { needs: ["sample"], profile: "jit" },
  ),

  row(12, "given a program that prints its context, when loaded, then EACCES", async (kit) => {
    const text = `
      mov %r3, %r1
      stdw [%r10-8], 0x7825
      mov %r1, %r10
      add %r1, -8
      mov %r2, 3
      call ${kit.helper.printk3}
      mov %r0, 0
      exit`;
    const { ret, log } = await load(kit, text, 65_536);
    expect(ret).toBe(EACCES);
    expect(log).not.toBe("");
  }),

  row(13, "given one file loaded twice, then both succeed", async (kit) => {
    const [first, second] = [kit.object("sections"), kit.object("sections")];
    expect([await kit.bpf.bpf_object__load(first), await kit.bpf.bpf_object__load(second)]).toEqual([0, 0]);
    const ids = [first, second].map((object) => kit.info(object.programs[0]?.descriptor ?? -1).id);
    expect(ids[0]).not.toBe(ids[1]);
  }),

  row(14, "given a division by zero, when run, then 0 and no fault", async (kit) => {
    const program = await kit.program("mov %r0, 5\nmov %r1, 0\ndiv %r0, %r1\nexit");
    expect(await kit.run(program)).toBe(0);
  }),

  row(15, "given a chain of more than 33 tail calls, when run, then it stops with NO_MORE_TAIL_CALLS", async (kit) => {
    for (const [programs, result] of [
      [34, 42],
      [35, NO_MORE_TAIL_CALLS],
    ] as const) {
      const map = kit.map("PROG_ARRAY", { entries: programs });
      for (let index = 0; index < programs; index++) {
        const last = index === programs - 1;
        const program = await kit.program(last ? "mov %r0, 42\nexit" : calling(kit, map, index + 1));
        expect(kit.bpf.bpf_map_update_elem(map, u32(index), u32(program), 0)).toBe(0);
      }
      expect(await kit.run(await kit.program(calling(kit, map, 1)))).toBe(result);
    }
  }),

  row(16, "given a tail call to an empty index, then the program goes on with -6", async (kit) => {
    const map = kit.map("PROG_ARRAY", { entries: 2 });
    expect(await kit.run(await kit.program(calling(kit, map, 1)))).toBe(-6);
    expect(await kit.run(await kit.program(calling(kit, map, 2)))).toBe(-6);
  }),

  row(17, "given a tail call to a program, then its result is the result", async (kit) => {
    const map = kit.map("PROG_ARRAY", { entries: 2 });
    const callee = await kit.program("mov %r0, 42\nexit");
    expect(kit.bpf.bpf_map_update_elem(map, u32(0), u32(callee), 0)).toBe(0);
    expect(await kit.run(await kit.program(calling(kit, map, 0)))).toBe(42);
  }),

  row(18, "given a program that tail calls itself, then 33 calls are made", async (kit) => {
    const map = kit.map("PROG_ARRAY", { entries: 1 });
    const counter = kit.map("ARRAY", { entries: 1, value: 8 });
    const program = await kit.program(`
      mov %r6, %r1
      stw [%r10-4], 0
      lddw %r1, ${counter}
      mov %r2, %r10
      add %r2, -4
      call ${kit.helper.lookup}
      jeq %r0, 0, on
      ldxdw %r1, [%r0]
      add %r1, 1
      stxdw [%r0], %r1
    on:
      mov %r1, %r6
      lddw %r2, ${map}
      mov %r3, 0
      call ${kit.helper.tailCall}
      exit`);
    expect(kit.bpf.bpf_map_update_elem(map, u32(0), u32(program), 0)).toBe(0);
    expect(await kit.run(program)).toBe(NO_MORE_TAIL_CALLS);
    // 33 tail calls make 34 runs (observed.md).
    expect(kit.bpf.bpf_map_lookup_elem(counter, u32(0)).value?.[0]).toBe(34);
  }),

  row(
    19,
    "given functions that call each other, when verified and run, then all modes agree and loops are bounded",
    async (kit) => {
      for (const execution of [JIT, INTERPRET]) {
        const object = kit.object("functions");
        expect(kit.bpf.ebpf_object_set_execution_type(object, execution)).toBe(0);
        expect(await kit.bpf.bpf_object__load(object)).toBe(0);
        const context = new Uint8Array(56);
        context[48] = 20; // protocol
        const { retval } = await kit.bpf.bpf_prog_test_run_opts(object.programs[0]?.descriptor ?? -1, {
          ctx_in: context,
        });
        // 16 * 17 * 33 / 6
        expect(retval).toBe(1496);
      }
    },
    { needs: ["sockets"], profile: "jit" },
  ),

  row(20, "given a map name over 63 bytes, when the object is opened or loaded, then an error", async (kit) => {
    const object = kit.bpf.bpf_object__open(kit.file("long_name"));
    expect(object === null ? -kit.bpf.errno : await kit.bpf.bpf_object__load(object)).toBe(EINVAL);
    kit.bpf.bpf_object__close(object);
  }),

  row(21, "given two programs in one section, when opened, then both are listed with it", ({ bpf, object }) => {
    const programs = object("sections").programs.map((program) => [
      bpf.bpf_program__name(program),
      bpf.bpf_program__section_name(program),
    ]);
    expect(programs.toSorted()).toEqual([
      ["first", "bind"],
      ["second", "bind"],
      ["third", "bind/third"],
    ]);
  }),

  row(
    22,
    "given autoload off before load, then that program has no descriptor; after load, then EINVAL",
    async ({ bpf, object }) => {
      const opened = object("sections");
      const second = bpf.bpf_object__find_program_by_name(opened, "second");
      expect(bpf.bpf_program__autoload(second)).toBe(true);
      expect(bpf.bpf_program__set_autoload(second, false)).toBe(0);
      expect(await bpf.bpf_object__load(opened)).toBe(0);
      expect(bpf.bpf_program__fd(second)).toBe(-1);
      expect(bpf.bpf_program__fd(bpf.bpf_object__find_program_by_name(opened, "first"))).toBeGreaterThan(0);
      expect(bpf.bpf_program__set_autoload(second, true)).toBe(EINVAL);
    },
  ),

  row(23, "given a loaded object, when type or flags are set, then EBUSY", async ({ bpf, object, plain }) => {
    const opened = object("sections");
    const [program = null] = opened.programs;
    expect(bpf.bpf_program__set_flags(program, 1)).toBe(0);
    expect(bpf.bpf_program__flags(program)).toBe(1);
    expect(await bpf.bpf_object__load(opened)).toBe(0);
    expect(bpf.bpf_program__set_flags(program, 0)).toBe(EBUSY);
    expect(bpf.bpf_program__set_type(program, plain.number)).toBe(EBUSY);
    expect(bpf.bpf_program__set_expected_attach_type(program, 2)).toBe(EBUSY);
  }),

  row(
    24,
    "given a native object, when the type is set, then EINVAL",
    ({ bpf, object, plain }) => {
      expect(bpf.bpf_program__set_type(object("sections").programs[0] ?? null, plain.number)).toBe(EINVAL);
    },
    { needs: ["native-images"], profile: "native" },
  ),

  row(
    25,
    "given an object file, when set to run natively, then INVALID_ARGUMENT",
    ({ bpf, object }) => {
      const opened = object("sections");
      expect(bpf.ebpf_object_get_execution_type(opened)).toBe(ANY);
      expect([ANY, JIT, INTERPRET, NATIVE, 4].map((type) => bpf.ebpf_object_set_execution_type(opened, type))).toEqual([
        0,
        0,
        0,
        INVALID_ARGUMENT,
        INVALID_ARGUMENT,
      ]);
      expect(bpf.ebpf_object_set_execution_type(opened, ANY)).toBe(0);
      expect(bpf.ebpf_object_get_execution_type(opened)).toBe(JIT);
    },
    { profile: "jit" },
  ),
  row(
    "25 native",
    "given a native image, when set to JIT or interpreter, then INVALID_ARGUMENT",
    ({ bpf, object }) => {
      const opened = object("sections");
      expect([ANY, NATIVE, JIT, INTERPRET].map((type) => bpf.ebpf_object_set_execution_type(opened, type))).toEqual([
        0,
        0,
        INVALID_ARGUMENT,
        INVALID_ARGUMENT,
      ]);
      expect(bpf.ebpf_object_get_execution_type(opened)).toBe(NATIVE);
    },
    { needs: ["native-images"], profile: "native" },
  ),

  row(
    26,
    "given a corrupted or missing native image, when loaded, then failure and no leak",
    async (kit) => {
      const before = [kit.ids("map"), kit.ids("prog")];
      const missing = await kit.bpf.ebpf_object_load_native_by_fds(kit.file("no_such_image"), 1, 1);
      expect(missing.ret).not.toBe(0);
      const broken = await kit.bpf.ebpf_object_load_native_by_fds(import.meta.filename, 1, 1);
      expect(broken.ret).not.toBe(0);
      expect([kit.ids("map"), kit.ids("prog")]).toEqual(before);
    },
    { needs: ["native-images"] },
  ),

  row(
    27,
    "given room for fewer than a native image has, when loaded, then NO_MEMORY and the true counts; then it loads",
    async (kit) => {
      const before = kit.ids("prog");
      const short = await kit.bpf.ebpf_object_load_native_by_fds(kit.file("nested"), 0, 1);
      expect(short).toMatchObject({ ret: NO_MEMORY, count_of_maps: 4, count_of_programs: 2 });
      expect(kit.ids("prog")).toEqual(before);
      const loaded = await kit.bpf.ebpf_object_load_native_by_fds(kit.file("nested"), 4, 2);
      expect(loaded).toMatchObject({ ret: 0, count_of_maps: 4, count_of_programs: 2 });
      for (const descriptor of [...(loaded.map_fds ?? []), ...(loaded.program_fds ?? [])]) kit.opened(descriptor);
    },
    { needs: ["native-images"] },
  ),

  row(28, "given a function that nobody provides, when loaded, then failure", async (kit) => {
    expect(await kit.bpf.bpf_object__load(kit.object("unresolved"))).toBeLessThan(0);
  }),

  row(
    29,
    "given a provider that goes and comes back, then its programs do not run in between, and do afterwards",
    async (kit) => {
      const { bpf, runtime } = kit;
      if (!(runtime instanceof SimulatedRuntime)) throw new Error("this row needs a simulated machine");
      const [code, type] = [kit.code("mov %r0, 2\nexit"), bpf.libbpf_prog_type_by_name("xdp").prog_type ?? 0];
      const load = async () => (await bpf.bpf_prog_load(type, "drop", null, code, code.length / 8)).ret;
      const drop = kit.opened(await load());
      expect(await bpf.bpf_xdp_attach(1, drop, 0)).toBe(0);
      const frame = new Uint8Array(64);
      const receive = () => runtime.network.receive(1, frame).action;
      const batch = runtime.network.batch();
      batch.add(frame);
      const receiveBatch = () => {
        batch.receive(1);
        return batch.action(0);
      };
      const run = () => bpf.bpf_prog_test_run_opts(drop, { data_in: frame });
      for (const _ of [1, 2]) {
        expect([receive(), receiveBatch(), (await run()).ret]).toEqual([2, 2, 0]);
        runtime.stopExtension("xdp");
        expect([receive(), receiveBatch()]).toEqual([1, 1]);
        // facts: an absent provider is EXTENSION_FAILED_TO_LOAD, EINVAL; the link outlives it.
        expect((await run()).ret).toBe(EINVAL);
        expect(await bpf.bpf_xdp_attach(2, drop, 0)).toBe(EINVAL);
        expect(await load()).toBe(EINVAL);
        expect(bpf.bpf_xdp_query_id(1, 0)).toMatchObject({ ret: 0 });
        runtime.startExtension("xdp");
      }
      expect([receive(), receiveBatch()]).toEqual([2, 2]);
      batch.close();
    },
    { needs: ["simulation", "xdp"] },
  ),

  row(
    30,
    "given an object closed while its program is attached, then the program goes only after the detach",
    async (kit) => {
      const { bpf } = kit;
      const object = kit.object("sections");
      expect(await bpf.bpf_object__load(object)).toBe(0);
      const [program = null] = object.programs;
      const { id } = kit.info(bpf.bpf_program__fd(program));
      const link = await bpf.bpf_program__attach(program);
      expect(link).not.toBeNull();
      bpf.bpf_object__close(object);
      expect(kit.ids("prog")).toContain(id);
      expect(bpf.bpf_link__destroy(link)).toBe(0);
      expect(kit.ids("prog")).not.toContain(id);
    },
    { needs: ["sockets"] },
  ),
];
