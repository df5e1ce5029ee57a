import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { MapType, u32 } from "../../../src/index.ts";
import { libbpf } from "../../../src/libbpf/index.ts";
import { double } from "./double.ts";
import { withRuntime } from "./with-runtime.ts";

/** r0 = 0; exit */
const code = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const BIND = 2;
const EINVAL = -22;

describe("names", () => {
  it("given a name that is empty, then it is a name, of a map as of a program", async () => {
    await withRuntime(async (runtime) => {
      const map = runtime.createMap({ name: "", type: MapType.HASH, key: u32, value: u32, maxEntries: 1 });
      expect(map.info.name).toBe("");
      expect(runtime.openMap(map.info.id).name).toBe("");
      const bpf = libbpf(runtime);
      const { ret } = await bpf.bpf_prog_load(BIND, "", "MIT", code, 2, null);
      expect(ret).toBeGreaterThan(0);
      expect(bpf.bpf_obj_get_info_by_fd(ret).info).toMatchObject({ name: "" });
      bpf.ebpf_close_fd(ret);
    });
  });

  // libs/api/ebpf_api.cpp: ebpf_program_load_bytes takes the hash of the instructions for a name that is not there.
  it("given a program without a name, then it has the hash of its instructions, 63 digits of it", async () => {
    await withRuntime(async (runtime) => {
      const bpf = libbpf(runtime);
      const { ret } = await bpf.bpf_prog_load(BIND, null, "MIT", code, 2, null);
      const hash = createHash("sha256").update(code).digest("hex");
      expect(bpf.bpf_obj_get_info_by_fd(ret).info).toMatchObject({ name: hash.slice(0, 63) });
      bpf.ebpf_close_fd(ret);
    });
  });

  it("given names of 63 and 64 bytes, then the first is kept whole, and the second is refused", async () => {
    await withRuntime(async (runtime) => {
      const make = (name: string) =>
        runtime.createMap({ name, type: MapType.HASH, key: u32, value: u32, maxEntries: 1 }).info.name;
      expect(make("m".repeat(63))).toBe("m".repeat(63));
      expect(() => make("m".repeat(64))).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
    });
  });
});

describe("templates of maps of maps", () => {
  it("given a program, a link, or what is closed in a map's place, then an error says so, and nothing is left", async () => {
    await withRuntime(async (runtime) => {
      const { engine } = runtime;
      const program = await engine.loadProgram({ name: "p", type: "bind", section: "bind", code, lines: [], maps: [] });
      const make = (inner: typeof program) =>
        engine.createMap({ name: "o", type: MapType.ARRAY_OF_MAPS, keySize: 4, valueSize: 4, maxEntries: 1, inner });
      const invalid = expect.objectContaining({ native: expect.objectContaining({ errno: 22 }) });
      expect(() => make(program)).toThrow(invalid);
      const link = await engine.attach(program, 2, new Uint8Array(0));
      expect(() => make(link)).toThrow(invalid);
      engine.close(link);
      engine.close(program);
      expect(() => make(program)).toThrow(expect.objectContaining({ code: expect.any(String) }));
      expect([...runtime.ids("map")]).toEqual([]);
    });
  });

  it("given descriptors, then a program's is EINVAL, and one that is none EBADF", async () => {
    await withRuntime(async (runtime) => {
      const bpf = libbpf(runtime);
      const { ret: program } = await bpf.bpf_prog_load(BIND, "p", "MIT", code, 2, null);
      const make = (inner_map_fd: number) => bpf.bpf_map_create(MapType.HASH_OF_MAPS, "o", 4, 4, 1, { inner_map_fd });
      expect([make(program), make(999), make(0)]).toEqual([EINVAL, -9, -9]);
      bpf.ebpf_close_fd(program);
    });
  });
});

describe("what ebpfapi itself says of object files", () => {
  const elf = fileURLToPath(new URL("../../contract/programs/functions.o", import.meta.url));
  const allocations = () => double?.count("allocations") ?? 0;

  it("given an object file, then its verdict, listing and programs are there, and all that ebpfapi gave is given back", async () => {
    await withRuntime(async ({ objectReader }) => {
      if (objectReader === undefined) throw new Error("no reader of objects");
      const verdict = await objectReader.verify(readFileSync(elf), { section: "bind", verbosity: "informational" });
      expect(verdict).toMatchObject({
        passed: true,
        error: "",
        report: expect.stringContaining("Verification succeeded"),
      });
      expect(await objectReader.disassemble(elf, { section: "bind" })).toContain("exit");
      const programs = await objectReader.programs(elf, { statistics: true });
      const bind = programs.find(({ section }) => section === "bind");
      expect(bind).toMatchObject({ type: "bind", attachType: 2, code: expect.any(Uint8Array) });
      expect(bind?.statistics.get("Instructions")).toBe((bind?.code.length ?? 0) / 8);
      expect(allocations()).toBe(0);
    });
  });

  it("given what is no object file, then the verdict is bad, the others throw, and what cannot be asked is refused", async () => {
    await withRuntime(async ({ objectReader }) => {
      if (objectReader === undefined) throw new Error("no reader of objects");
      expect(await objectReader.verify(new Uint8Array(100))).toMatchObject({
        passed: false,
        error: expect.stringMatching(/./),
      });
      await expect(objectReader.disassemble("C:\\no\\such.o")).rejects.toMatchObject({ code: "EBPF_INVALID_OBJECT" });
      await expect(objectReader.programs("C:\\no\\such.o")).rejects.toMatchObject({ hint: expect.any(String) });
      const refused = { code: "EBPF_INVALID_ARGUMENT", hint: expect.any(String) };
      for (const wrong of [undefined, 7, "x"] as never[]) {
        await expect(objectReader.verify(wrong)).rejects.toMatchObject(refused);
        await expect(objectReader.verify(new Uint8Array(1), { type: wrong ?? "no such type" })).rejects.toMatchObject(
          refused,
        );
      }
      expect(allocations()).toBe(0);
    });
  });
});
