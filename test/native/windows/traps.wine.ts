import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as milliseconds } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Engine, Handle } from "../../../src/engine/index.ts";
import { bytes, MapType, openRuntime, type Runtime, struct, u32, u64 } from "../../../src/index.ts";
import { NativeHandle } from "../../../src/native/handle.ts";
import { double } from "./double.ts";
import { withRuntime } from "./with-runtime.ts";

// What ebpfapi does otherwise than its callers would think. docs/native.md has the whole list.

/** mov r0, 7; exit */
const code = Uint8Array.of(0xb7, 0, 0, 0, 7, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const program = { name: "p", type: "bind", section: "p", code, lines: [], maps: [], attachType: 2 } as const;
const nothing = bytes(0);
const folder = mkdtempSync(join(tmpdir(), "winbpf-traps-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ringOf = (runtime: Runtime, type: number = MapType.RINGBUF) =>
  runtime.createMap({ type, key: nothing, value: nothing, maxEntries: 4096 });

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe("rings", () => {
  // perf_buffer__consume leaves the reader's event set (libs/api/libbpf_map.cpp): who waits for it is woken at once, always.
  it.skipIf(double === undefined)(
    "given a perf record that was read, when the next is waited for, then nobody asks for it again and again",
    async () => {
      await withRuntime(async (runtime) => {
        const perf = ringOf(runtime, MapType.PERF_EVENT_ARRAY);
        const records = perf.records();
        const first = records.next();
        runtime.engine.writeRing(perf.handle, Uint8Array.of(1));
        expect((await first).value?.data[0]).toBe(1);
        const next = records.next();
        const before = double?.calls("perf_buffer__consume") ?? 0;
        await milliseconds(300);
        expect((double?.calls("perf_buffer__consume") ?? 0) - before).toBeLessThan(20);
        runtime.engine.writeRing(perf.handle, Uint8Array.of(2));
        expect((await next).value?.data[0]).toBe(2);
        await records.return?.();
      });
    },
  );

  // perf_buffer__free gives its mappings back by the descriptor that it was made with (ebpf_ring_mapping_t::map_fd).
  it.skipIf(double === undefined)(
    "given a perf event array that is closed, then no ring of it stays mapped",
    async () => {
      const before = double?.count("mappings");
      await withRuntime((runtime) => {
        const perf = ringOf(runtime, MapType.PERF_EVENT_ARRAY);
        runtime.engine.ring(perf.handle, 0);
        perf.close();
        expect(double?.count("mappings")).toBe(before);
      });
    },
  );

  // One handle for each ring: the later one takes its place (libs/execution_context/ebpf_maps.c).
  it("given a second reader that is told instead of the first, then the first looks by itself after a while", async () => {
    await withRuntime(async (runtime) => {
      const first = ringOf(runtime);
      const records = first.records();
      const next = records.next();
      // It looks for a record before it waits for one.
      await milliseconds(100);
      const second = runtime.openMap(first.info.id);
      runtime.engine.ring(second.handle, 0);
      runtime.engine.writeRing(first.handle, Uint8Array.of(5));
      expect((await next).value?.data).toEqual(Uint8Array.of(5));
      await records.return?.();
    });
  });

  // libs/shared/ebpf_ring_buffer_record.h: bit 31 says that a record is still being written, bit 30 that it counts for nothing.
  it.skipIf(double === undefined)(
    "given a record that is still being written, then it is waited for; one that was discarded is left out",
    async () => {
      await withRuntime((runtime) => {
        const ring = ringOf(runtime);
        const write = (byte: number) => runtime.engine.writeRing(ring.handle, Uint8Array.of(byte));
        const read: (number | undefined)[] = [];
        const consume = () => ring.consume(({ data }) => read.push(data[0]));
        write(1);
        write(2);
        double?.mark(ring.info.id, 2);
        consume();
        expect(read).toEqual([1]);
        double?.mark(ring.info.id, 0);
        consume();
        write(3);
        double?.mark(ring.info.id, 1);
        write(4);
        consume();
        expect(read).toEqual([1, 2, 4]);
      });
    },
  );
});

describe("test runs", () => {
  // The driver lays the context behind the room for data, ebpfapi looks for it behind the data (ebpf_program_test_run).
  it("given a program that changes its context, then the changed one comes back, with data and without", async () => {
    await withRuntime(async ({ engine }) => {
      // stb [r1+20], 9, before the rest
      const changes = Uint8Array.of(0x72, 1, 20, 0, 9, 0, 0, 0, ...code);
      const loaded = await engine.loadProgram({ ...program, code: changes });
      const context = new Uint8Array(56).fill(3);
      const expected = context.slice(16).fill(9, 4, 5);
      for (const data of [undefined, new Uint8Array(8).fill(5)]) {
        const run = await engine.testRun(loaded, { context, ...(data === undefined ? {} : { data }) });
        // Upstream's user-mode stand-in for the hook gives no data back, and so no context that could be found.
        const isFound = run.data.length === (data?.length ?? 0);
        // In front there are the data's pointers.
        expect(run.context.slice(16), `data: ${data?.length}`).toEqual(isFound ? expected : new Uint8Array(0));
        if (double !== undefined) expect(isFound).toBe(true);
        expect(run.returnValue).toBe(7);
      }
      engine.close(loaded);
    });
  });

  it("given as much data as a message holds, then the run takes it", async () => {
    await withRuntime(async ({ engine }) => {
      const loaded = await engine.loadProgram({ ...program, type: "xdp" });
      // 49 bytes stand in front of a request's data (libs/execution_context/ebpf_protocol.h).
      const run = await engine.testRun(loaded, { data: new Uint8Array(65_000) });
      expect(run.data.length).toBe(65_000);
      engine.close(loaded);
    });
  });
});

describe("maps", () => {
  // _ebpf_map_lookup_element_helper (libs/api/ebpf_api.cpp) begins with a zero in the first byte of the value.
  it("given a map whose values have no byte, then ebpfapi's first byte of a value has its place", async () => {
    await withRuntime((runtime) => {
      const key = u32;
      const perf = runtime.createMap({ type: MapType.PERF_EVENT_ARRAY, key, value: nothing, maxEntries: 4096 });
      expect(thrown(() => perf.get(1))).toMatchObject({ code: expect.stringMatching(/^EBPF_/) });
      const access = perf.handle instanceof NativeHandle ? perf.handle.access : undefined;
      expect(access?.channel.buffer.byteLength).toBeGreaterThan(
        access?.channel.valueOffset ?? Number.POSITIVE_INFINITY,
      );
    });
  });

  // What goes in is a descriptor, what comes out an id (ebpf_map_update_element, libs/api/ebpf_api.cpp).
  it("given a map of objects, when a number is written, then it is refused, and names nothing that is open", async () => {
    await withRuntime((runtime) => {
      const inner = runtime.createMap({ type: MapType.HASH, key: u32, value: u32, maxEntries: 4 });
      for (const type of [MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS]) {
        const outer = runtime.createMap({ type, key: u32, maxEntries: 4, inner });
        const refused = expect.objectContaining({
          code: "EBPF_NOT_SUPPORTED",
          hint: expect.stringContaining("setObject"),
        });
        for (let number = 0; number < 16; number++) {
          expect(() => outer.set(1, number)).toThrow(refused);
          expect(() => outer.setMany([[1, number]])).toThrow(refused);
        }
        expect(outer.get(1)).toBeUndefined();
        expect(outer.setObject(1, inner).get(1)).toBe(inner.info.id);
      }
    });
  });

  // Options are read without a look, and so are keys (libs/api/libbpf_map.cpp): the stand-in writes down where they are NULL.
  it("given batches of every kind, then each is done, and has options", async () => {
    await withRuntime(({ engine }) => {
      const map = engine.createMap({ name: "m", type: MapType.HASH, keySize: 4, valueSize: 4, maxEntries: 4 });
      const key = Uint8Array.of(1, 0, 0, 0);
      const read = (remove: boolean) => engine.readBatch(map, { count: 2, remove })?.keys;
      engine.updateBatch(map, key, key, 1, 0);
      expect([read(false), read(true), read(false)]).toEqual([key, key, undefined]);
      engine.updateBatch(map, key, key, 1, 0);
      engine.deleteBatch(map, key, 1);
      expect(read(false)).toBeUndefined();
      engine.close(map);
    });
  });

  // libs/runtime/ebpf_hash_table.c: after a key that is not there comes the first.
  it("given keys that are deleted while they are walked over, then the walk ends", async () => {
    await withRuntime((runtime) => {
      const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u32, maxEntries: 64 });
      map.setMany(Array.from({ length: 64 }, (_, key) => [key, key]));
      let visited = 0;
      for (const key of map.keys()) {
        visited++;
        if (visited > 1 && visited % 2 === 0) map.delete(key);
      }
      expect(visited).toBeLessThanOrEqual(64);
      map.clear();
      expect(map.count()).toBe(0);
    });
  });

  // _ebpf_map_lookup_element_batch_helper (libs/api/ebpf_api.cpp): a message that finds nothing more fails the call.
  it("given maps that end with a message, and prefix tries, when read in batches, then every entry comes", async () => {
    await withRuntime((runtime) => {
      // 12 bytes each: two messages' worth, to the last.
      const entries = 2 * Math.floor((65_535 - 8) / 12);
      const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: entries });
      map.setMany(Array.from({ length: entries }, (_, key) => [key, BigInt(key)]));
      expect([...map.batches(entries + 1)].flatMap((batch) => [...batch]).length).toBe(entries);
      const prefix = struct({ bits: u32, address: bytes(4) });
      const trie = runtime.createMap({ type: MapType.LPM_TRIE, key: prefix, value: u32, maxEntries: 64 });
      for (let last = 0; last < 20; last++) trie.set({ bits: 32, address: Uint8Array.of(10, 0, 0, last) }, last);
      const values = [...trie.batches(4)].flatMap((batch) => [...batch].map(([, value]) => value));
      expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, last) => last));
    });
  });

  // ebpf_map_delete_element (libs/api/ebpf_api.cpp) copies from a NULL key where keys have bytes.
  it("given maps with keys and without, when deleted from, then no key is NULL that has bytes", async () => {
    await withRuntime(({ engine }) => {
      const make = (type: number, keySize: number) =>
        engine.createMap({ name: "m", type, keySize, valueSize: 4, maxEntries: 4 });
      const hash = make(MapType.HASH, 4);
      const queue = make(MapType.QUEUE, 0);
      expect(engine.delete(hash, new Uint8Array(4))).toBe(false);
      const invalid = expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" });
      expect(() => engine.delete(hash, new Uint8Array(0))).toThrow(invalid);
      expect(() => engine.delete(queue, new Uint8Array(0))).toThrow(invalid);
      engine.close(hash);
      engine.close(queue);
    });
  });

  // A length in a message has 16 bits (libs/execution_context/ebpf_protocol.h): of a request the library sees that, of a reply the driver.
  it("given entries that do not fit a message to the driver, then the error says how much does", async () => {
    await withRuntime((runtime) => {
      const large = bytes(70_000);
      const map = runtime.createMap({ type: MapType.ARRAY, key: u32, value: large, maxEntries: 1 });
      const hint = expect.stringContaining("65,535");
      expect(thrown(() => map.get(0))).toMatchObject({ code: "EBPF_INVALID_ARGUMENT", native: { errno: 22 }, hint });
      expect(thrown(() => map.set(0, new Uint8Array(70_000)))).toMatchObject({ native: { errno: 131 }, hint });
    });
  });

  it("given programs of two types for one array, then the error says that one type is taken", async () => {
    await withRuntime(async (runtime) => {
      const { engine } = runtime;
      const array = runtime.createMap({ type: MapType.PROG_ARRAY, key: u32, value: u32, maxEntries: 2 });
      const loaded = await Promise.all(["bind", "xdp"].map((type) => engine.loadProgram({ ...program, type })));
      const put = (index: number, handle: Handle | undefined) =>
        array.setObject(index, handle === undefined ? undefined : { handle });
      put(0, loaded[0]);
      expect(thrown(() => put(1, loaded[1]))).toMatchObject({
        code: "EBPF_INVALID_ARGUMENT",
        hint: expect.stringContaining("one type"),
      });
      for (const handle of loaded) engine.close(handle);
    });
  });
});

describe("objects", () => {
  // ebpf_program_get_info (libs/execution_context/ebpf_program.c): EFAULT where there is no room for all ids.
  it.skipIf(double === undefined)(
    "given a map that is bound while ids are read, then they are read once more",
    async () => {
      await withRuntime(async ({ engine }) => {
        const map = engine.createMap({ name: "m", type: MapType.HASH, keySize: 4, valueSize: 4, maxEntries: 4 });
        const loaded = await engine.loadProgram(program);
        engine.bindMap(loaded, map);
        const INVALID_POINTER = 31;
        double?.fail("bpf_obj_get_info_by_fd", INVALID_POINTER, 1, 2);
        expect(engine.programInfo(loaded).mapIds).toEqual([engine.mapInfo(map).id]);
        engine.close(map);
        engine.close(loaded);
      });
    },
  );

  // The universal C run-time has a table of 8,192 descriptors for each process.
  it.skipIf(double === undefined)(
    "given more descriptors than a process has, then the error says to close some",
    async () => {
      await withRuntime((runtime) => {
        const { engine } = runtime;
        const { id } = runtime.createMap({ type: MapType.HASH, key: u32, value: u32, maxEntries: 4 }).info;
        const opened: Handle[] = [];
        const open = (): Handle | undefined => engine.openId("map", id);
        const failed = thrown(() => {
          for (let handle = open(); handle !== undefined && opened.length < 9000; handle = open()) opened.push(handle);
        });
        expect(failed).toMatchObject({
          code: "EBPF_NO_MEMORY",
          hint: expect.stringContaining("Close what is not used"),
        });
        for (const handle of opened.splice(0)) engine.close(handle);
        const again = open();
        if (again === undefined) throw new Error("the map is gone");
        engine.close(engine.duplicate(again));
        engine.close(again);
      });
    },
    120_000,
  );

  // UBPF_MAX_INSTS (ubpf/vm/ubpf_int.h): found out after the service has verified the program, in quadratic time.
  it.skipIf(double === undefined)("given a program that nobody can load, then ebpfapi is not even asked", async () => {
    await withRuntime(async ({ engine }) => {
      const long = new Uint8Array(65_536 * 8);
      const before = double?.calls("bpf_prog_load");
      await expect(engine.loadProgram({ ...program, code: long })).rejects.toMatchObject({
        code: "EBPF_INVALID_ARGUMENT",
      });
      expect(double?.calls("bpf_prog_load")).toBe(before);
    });
  });

  // bpf_prog_load says ENOSPC where the log does not fit; 64 KiB are tried first.
  it.skipIf(double === undefined)(
    "given a refusal of many words, then all of them are in the error's log",
    async () => {
      await withRuntime(async ({ engine }) => {
        const long = 200_000;
        // exit before r0 has a value; the stand-in says more where the instruction has a number.
        const refused = new Uint8Array(8);
        refused[0] = 0x95;
        new DataView(refused.buffer).setInt32(4, long, true);
        const error = await engine.loadProgram({ ...program, code: refused }).catch((caught: unknown) => caught);
        expect(error).toMatchObject({
          code: "EBPF_VERIFICATION_FAILED",
          log: expect.stringMatching(/^0: Invalid type/),
        });
        expect(String(Reflect.get(Object(error), "log")).length).toBeGreaterThan(long);
      });
    },
  );
});

describe("what an errno does not say", () => {
  const load = async (engine: Engine, section: string) =>
    await engine.loadProgram({ ...program, section }).catch((caught: unknown) => caught);

  // RPC_EXCEPTION, BLOCKED_BY_POLICY and others are all EOTHER; a service that cannot be reached is ENOMEM (ebpfapi/rpc_client.cpp).
  it.skipIf(double === undefined)(
    "given a load that fails so, then the hint names the service and memory integrity",
    async () => {
      await withRuntime(async ({ engine }) => {
        for (const [call, section] of [
          ["bpf_prog_load", "p"],
          ["bpf_object__load", "bind"],
        ] as const) {
          for (const result of [14, 21]) {
            double?.fail(call, result, 0, 1);
            const hint = expect.stringMatching(/net start ebpfsvc.*HVCI/);
            expect(await load(engine, section), `${call} ${result}`).toMatchObject({ native: { errno: 131 }, hint });
          }
          double?.fail(call, 12, 0, 1);
          expect(await load(engine, section)).toMatchObject({ hint: expect.stringContaining("net start ebpfsvc") });
        }
      });
    },
  );

  // Whatever keeps the device from being opened is ACCESS_DENIED (invoke_ioctl, libs/api_common/device_helper.hpp).
  it.skipIf(double === undefined)(
    "given no way to the driver, then nothing is simulated, and the hint names rights and driver",
    () => {
      double?.reset();
      for (const open of [() => openRuntime(), () => openRuntime("windows")]) {
        double?.fail("bpf_map_get_next_id", 20, 0, 9);
        expect(thrown(open)).toMatchObject({
          code: "EBPF_UNAVAILABLE",
          native: { errno: 1 },
          hint: expect.stringMatching(/elevated.*sc query ebpfcore/),
        });
        double?.heal();
      }
    },
  );
});

describe("paths of files", () => {
  const elf = fileURLToPath(new URL("../../contract/programs/functions.o", import.meta.url));
  const named = join(folder, "žluťoučký-猫");
  mkdirSync(named, { recursive: true });

  // std::ifstream reads paths in the code page (libs/api/Verifier.cpp).
  it("given an object file under a name that no code page has, then ebpfapi finds it", async () => {
    const path = join(named, "čtení-猫.o");
    copyFileSync(elf, path);
    await withRuntime(async ({ objectReader }) => {
      if (objectReader === undefined) throw new Error("no reader of objects");
      expect((await objectReader.programs(path)).map(({ section }) => section)).toContain("bind");
      expect(await objectReader.disassemble(path, { section: "bind" })).toContain("exit");
    });
  });

  // A native image's path is UTF-8 (_get_wstring_from_string, libs/api/ebpf_api.cpp).
  it.skipIf(double === undefined)("given an image under such a name, then it is loaded", async () => {
    const path = join(named, "obraz-猫.sys");
    writeFileSync(path, "program functions 2 bind 42\nend\n");
    await withRuntime(async ({ engine }) => {
      const { programs } = await engine.loadNative(path);
      expect(programs.length).toBe(1);
      for (const handle of programs) engine.close(handle);
      expect(readFileSync(path, "utf8")).toContain("functions");
    });
  });
});
