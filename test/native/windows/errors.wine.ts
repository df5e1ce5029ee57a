import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Engine, Handle } from "../../../src/engine/index.ts";
import { EbpfError, openRuntime, type Runtime } from "../../../src/index.ts";
import { results as platformResults } from "../../../src/platform/index.ts";
import { double } from "./double.ts";

/** Results of ebpfapi but SUCCESS and PENDING (include/ebpf_result.h). */
const results = Array.from({ length: 34 }, (_, i) => i + 1).filter((result) => result !== 28);

/** Results that say that a key, an object or a path is not there: some calls have an answer for that, not an error. */
const absences = [7, 9, 19, 25];

interface Fixture {
  readonly engine: Engine;
  readonly map: Handle;
  readonly queue: Handle;
  readonly outer: Handle;
  readonly program: Handle;
  readonly link: Handle;
}

interface Case {
  readonly call: string;
  /** Calls of the same export that the operation makes before the one meant. */
  readonly skip?: number;
  /** How often it fails: a refused program is loaded again, for its log, which may need more room. */
  readonly times?: number;
  run(fixture: Fixture): unknown;
  /** Results that are answers here, not errors. */
  readonly answers?: readonly number[];
  /** What the library keeps when the call fails by which it would be given back: nobody can do anything about it. */
  readonly keeps?: "mappings";
}

/** Of the functions that the addon calls on Windows, those that have no result to fail with, and what stands for that. */
const cannotFail: Readonly<Record<string, string>> = {
  bpf_object__close: "gives back",
  perf_buffer__free: "gives back",
  ring_buffer__free: "gives back",
  ebpf_free_string: "gives back",
  ebpf_free_programs: "gives back",
  ebpf_link_close: "gives back",
  ebpf_close_fd: "nothing is left to be done where a descriptor cannot be closed",
  bpf_program__log_buf: "a pointer",
  bpf_program__fd: "a member",
  bpf_link__fd: "a member",
  ebpf_perf_buffer_get_wait_handle: "a member",
  libbpf_bpf_prog_type_str: "a name or none",
  libbpf_bpf_attach_type_str: "a name or none",
  libbpf_bpf_link_type_str: "a name or none",
  libbpf_bpf_map_type_str: "a name or none",
  ebpf_get_ebpf_program_type: "a GUID or none",
  libbpf_prog_type_by_name: "asked on Linux only",
  ring_buffer__new: "before 1.0 only: versions.wine.ts",
  ebpf_program_attach_by_fd: "before 0.21 only",
};
/** Linux' own, which the addon does not call on Windows. */
const linuxOnly = [
  "bpf_map_freeze",
  "bpf_link_create",
  "bpf_raw_tracepoint_open",
  "libbpf_version_string",
  "perf_buffer__epoll_fd",
  // Whole objects are loaded by libbpf only.
  "bpf_object__next_map",
  "bpf_map__name",
  "bpf_map__fd",
  "bpf_map__set_pin_path",
  "bpf_map__reuse_fd",
  "bpf_map__set_initial_value",
  "bpf_program__name",
  "bpf_program__section_name",
  "bpf_program__set_autoload",
  "libbpf_set_print",
  // The first versions of 1.0 only.
  "ebpf_perf_buffer__new",
];
const folder = mkdtempSync(join(tmpdir(), "winbpf-sweep-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const elf = new URL("../../contract/programs/functions.o", import.meta.url);
const elfPath = join(folder, "functions.o");
writeFileSync(elfPath, readFileSync(elf));
const image = join(folder, "image.sys");
writeFileSync(image, "map m 2 4 8 1\nprogram functions 2 bind 42\nend\n");

const key = Uint8Array.of(1, 0, 0, 0);
const value = Uint8Array.of(2, 0, 0, 0);
const hash = { name: "m", type: 1, keySize: 4, valueSize: 4, maxEntries: 4 } as const;
/** mov r0, 7; exit */
const code = Uint8Array.of(0xb7, 0, 0, 0, 7, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const program = { name: "p", type: "bind", section: "bind", code, lines: [], maps: [], attachType: 2 } as const;
const path = "BPF:\\sweep";
const ringOf = (engine: Engine, type: number) =>
  engine.createMap({ name: "r", type, keySize: 0, valueSize: 0, maxEntries: 4096 });
const RINGBUF = 13;
const PERF_EVENT_ARRAY = 14;
/** Does something with a ring that is closed afterwards, whatever came of it. */
function withRing(engine: Engine, type: number, use: (ring: Handle) => unknown): unknown {
  const ring = ringOf(engine, type);
  try {
    return use(ring);
  } finally {
    engine.close(ring);
  }
}
const readerOf = ({ engine }: Fixture) => {
  if (engine.objectReader === undefined) throw new Error("no reader of objects");
  return engine.objectReader;
};
/** lddw r1, map; mov r0, 7; exit */
const looking = (map: Handle) => ({
  code: Uint8Array.of(0x18, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...code),
  maps: [{ slot: 0, map }],
});

const cases: readonly Case[] = [
  { call: "bpf_map_create", run: ({ engine }) => engine.close(engine.createMap(hash)) },
  { call: "bpf_map_lookup_elem", answers: absences, run: ({ engine, map }) => engine.lookup(map, key) },
  { call: "bpf_map_update_elem", run: ({ engine, map }) => engine.update(map, key, value, 0) },
  { call: "bpf_map_update_elem", run: ({ engine, outer, map }) => engine.updateObject(outer, key, map, 0) },
  { call: "bpf_map_delete_elem", answers: absences, run: ({ engine, map }) => engine.delete(map, key) },
  {
    call: "bpf_map_lookup_and_delete_elem",
    answers: absences,
    run: ({ engine, queue }) => engine.take(queue, undefined),
  },
  { call: "bpf_map_get_next_key", answers: absences, run: ({ engine, map }) => engine.nextKey(map, undefined) },
  { call: "bpf_map_lookup_batch", answers: absences, run: ({ engine, map }) => engine.readBatch(map, { count: 2 }) },
  {
    call: "bpf_map_lookup_and_delete_batch",
    answers: absences,
    run: ({ engine, map }) => engine.readBatch(map, { count: 2, remove: true }),
  },
  { call: "bpf_map_update_batch", run: ({ engine, map }) => engine.updateBatch(map, key, value, 1, 0) },
  { call: "bpf_map_delete_batch", run: ({ engine, map }) => engine.deleteBatch(map, key, 1) },
  { call: "bpf_map_get_next_id", answers: absences, run: ({ engine }) => engine.nextId("map", 0) },
  { call: "bpf_prog_get_next_id", answers: absences, run: ({ engine }) => engine.nextId("program", 0) },
  { call: "bpf_link_get_next_id", answers: absences, run: ({ engine }) => engine.nextId("link", 0) },
  {
    call: "bpf_prog_get_fd_by_id",
    answers: absences,
    run: ({ engine, program }) => opened(engine, engine.openId("program", engine.programInfo(program).id)),
  },
  {
    call: "bpf_link_get_fd_by_id",
    answers: absences,
    run: ({ engine, link }) => opened(engine, engine.openId("link", engine.linkInfo(link).id)),
  },
  { call: "bpf_obj_get_info_by_fd", run: ({ engine, map }) => engine.mapInfo(map) },
  { call: "bpf_obj_get_info_by_fd", run: ({ engine, program }) => engine.programInfo(program) },
  { call: "bpf_obj_get_info_by_fd", run: ({ engine, link }) => engine.linkInfo(link) },
  { call: "bpf_obj_get_info_by_fd", run: ({ engine }) => withRing(engine, RINGBUF, (ring) => engine.ring(ring, 0)) },
  { call: "ebpf_program_query_info", run: ({ engine, program }) => engine.programInfo(program) },
  { call: "bpf_obj_get", run: ({ engine }) => engine.close(engine.openPin("BPF:\\there")) },
  { call: "ebpf_object_get_info_by_fd", run: ({ engine }) => engine.close(engine.openPin("BPF:\\there")) },
  {
    call: "ebpf_object_load_native_by_fds",
    run: async ({ engine }) => {
      const { maps, programs } = await engine.loadNative(image);
      for (const handle of [...maps, ...programs]) engine.close(handle);
    },
  },
  ...["ebpf_ring_buffer_map_map_buffer", "ebpf_map_set_wait_handle", "ebpf_duplicate_fd"].map(
    (call): Case => ({ call, run: ({ engine }) => withRing(engine, RINGBUF, (ring) => engine.ring(ring, 0)) }),
  ),
  {
    call: "ebpf_ring_buffer_map_unmap_buffer",
    answers: results,
    keeps: "mappings",
    run: ({ engine }) => withRing(engine, RINGBUF, (ring) => engine.ring(ring, 0)),
  },
  {
    call: "ebpf_ring_buffer_map_write",
    run: ({ engine }) => withRing(engine, RINGBUF, (ring) => engine.writeRing(ring, value)),
  },
  {
    call: "ebpf_perf_event_array_map_write",
    run: ({ engine }) => withRing(engine, PERF_EVENT_ARRAY, (ring) => engine.writeRing(ring, value)),
  },
  {
    call: "perf_buffer__new",
    run: ({ engine }) => withRing(engine, PERF_EVENT_ARRAY, (ring) => engine.ring(ring, 0)),
  },
  {
    call: "perf_buffer__consume",
    run: ({ engine }) => withRing(engine, PERF_EVENT_ARRAY, (ring) => engine.ring(ring, 0).read(0)),
  },
  { call: "libbpf_num_possible_cpus", times: 99, run: () => openRuntime("windows").close() },
  {
    call: "libbpf_num_possible_cpus",
    run: ({ engine }) => {
      const map = engine.createMap({ ...hash, type: 4 });
      try {
        engine.lookup(map, key);
      } finally {
        engine.close(map);
      }
    },
  },
  {
    call: "ebpf_api_elf_verify_program_from_memory",
    answers: results,
    run: async (fixture) => {
      const { passed } = await readerOf(fixture).verify(readFileSync(elf));
      if (passed) throw new Error("a failed verification passes");
    },
  },
  { call: "ebpf_api_elf_disassemble_program", run: (fixture) => readerOf(fixture).disassemble(elfPath) },
  { call: "ebpf_enumerate_programs", run: (fixture) => readerOf(fixture).programs(elfPath, { statistics: true }) },
  ...["ebpf_object_set_execution_type", "bpf_object__next_program"].map(
    (call): Case => ({
      call,
      run: async ({ engine }) => engine.close(await engine.loadProgram({ ...program, execution: "interpret" })),
    }),
  ),
  { call: "bpf_map_get_fd_by_id", answers: absences, run: ({ engine }) => opened(engine, engine.openId("map", 2)) },
  {
    call: "bpf_prog_load",
    times: 99,
    run: async ({ engine }) => engine.close(await engine.loadProgram({ ...program, section: program.name })),
  },
  ...["bpf_object__open_mem", "bpf_program__set_type", "bpf_object__load"].map(
    (call): Case => ({
      call,
      run: async ({ engine, map }) => engine.close(await engine.loadProgram({ ...program, ...looking(map) })),
    }),
  ),
  {
    call: "bpf_prog_test_run_opts",
    run: ({ engine, program }) => engine.testRun(program, { context: new Uint8Array(56) }),
  },
  { call: "bpf_prog_bind_map", run: ({ engine, program, map }) => engine.bindMap(program, map) },
  {
    call: "ebpf_program_attach_by_fds",
    run: async ({ engine, program }) => engine.close(await engine.attach(program, 2, Uint8Array.of(1, 2, 3, 4))),
  },
  { call: "bpf_link_detach", run: ({ engine, link }) => engine.detach(link) },
  { call: "bpf_obj_pin", run: ({ engine, map }) => engine.pin(map, path) },
  { call: "ebpf_object_unpin", run: ({ engine }) => engine.unpin("BPF:\\there") },
  {
    call: "ebpf_get_next_pinned_object_path",
    answers: [25],
    run: ({ engine }) => engine.nextPin(""),
  },
  { call: "ebpf_program_synchronize", run: ({ engine }) => engine.synchronize() },
  { call: "ebpf_duplicate_fd", run: ({ engine, map }) => engine.close(engine.duplicate(map)) },
];

function opened(engine: Engine, handle: Handle | undefined): void {
  if (handle !== undefined) engine.close(handle);
}

async function fixtureOf(engine: Engine): Promise<Fixture> {
  const map = engine.createMap(hash);
  const queue = engine.createMap({ ...hash, type: 10, keySize: 0 });
  const outer = engine.createMap({ ...hash, type: 6, inner: map });
  const loaded = await engine.loadProgram(program);
  const link = await engine.attach(loaded, 2, new Uint8Array(0));
  engine.update(map, key, value, 0);
  engine.update(queue, undefined, value, 0);
  engine.pin(map, "BPF:\\there");
  return { engine, map, queue, outer, program: loaded, link };
}

const errnoOf = (result: number) => platformResults[result]?.errno;
/** Not a function that gives NULL for "no such program", and no number for why. */
const saysErrno = (call: string) => call !== "bpf_object__next_program";

async function attempt(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

const double_ = double;
if (double_ === undefined) {
  it.skip("errors of every call (only the double can be told to fail)", () => {});
} else {
  describe("every call with every result", () => {
    let runtime: Runtime | undefined;
    afterAll(() => runtime?.close());

    it("no function that the addon calls is left out", () => {
      const table = readFileSync(new URL("../../../binding/symbols.h", import.meta.url), "utf8");
      const functions = [...table.matchAll(/^ {2}X\([^,]+, (\w+),/gm)].map(([, name = ""]) => name);
      expect(functions.length).toBeGreaterThan(60);
      const swept = new Set([...cases.map(({ call }) => call), ...Object.keys(cannotFail), ...linuxOnly]);
      expect(functions.filter((name) => !swept.has(name))).toEqual([]);
      expect([...swept].filter((name) => !functions.includes(name))).toEqual([]);
    });

    for (const { call, skip = 0, times = 1, run, answers = [], keeps } of cases) {
      it(`${call} fails with a typed error that keeps what ebpfapi said`, async () => {
        double_.reset();
        runtime = openRuntime("windows");
        const mappings = double_.count("mappings");
        for (const result of results) {
          const fixture = await fixtureOf(runtime.engine);
          double_.fail(call, result, skip, times);
          const before = double_.calls(call);
          const error = await attempt(() => run(fixture));
          expect(double_.calls(call), `${call} is called`).toBeGreaterThan(before);
          double_.heal();
          if (!answers.includes(result)) {
            expect(error, `${call} with result ${result}`).toBeInstanceOf(EbpfError);
            if (error instanceof EbpfError) {
              const said = error.native?.result ?? error.native?.errno;
              // What came as an ebpf_result_t is kept as that; of an errno, several results may be the origin.
              if (call.startsWith("ebpf_")) expect(error.native?.result, `${call}: ${error.message}`).toBe(result);
              else if (saysErrno(call)) {
                // Pointers come with an errno, in the C run-time that is ebpfapi's and not the addon's.
                expect(error.native?.errno, `${call} with result ${result}: ${error.message}`).toBe(errnoOf(result));
              }
              expect(said, `${call} with result ${result}: ${error.message}`).toBeGreaterThan(0);
            }
          }
          await attempt(() => fixture.engine.unpin(path));
          fixture.engine.unpin("BPF:\\there");
          for (const handle of [fixture.link, fixture.program, fixture.outer, fixture.queue, fixture.map]) {
            fixture.engine.close(handle);
          }
          expect(double_.count("descriptors"), `descriptors after ${call} with ${result}`).toBe(0);
          const mapped = double_.count("mappings");
          if (keeps !== "mappings") expect(mapped, `mappings after ${call} with ${result}`).toBe(mappings);
        }
        runtime.close();
        runtime = undefined;
        expect(double_.count("objects")).toBe(0);
        expect(double_.count("allocations")).toBe(0);
        expect(double_.count("pins")).toBe(0);
        expect(double_.violations()).toBe("");
      });
    }
  });
}
