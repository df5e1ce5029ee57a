import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import { bytes, EbpfError, MapType, openRuntime, u32 } from "../../../src/index.ts";
import { loadAddon } from "../../../src/native/index.ts";
import { double } from "./double.ts";

const installed = "C:\\Program Files\\ebpf-for-windows\\ebpfapi.dll";
const folder = mkdtempSync(join(tmpdir(), "winbpf-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("where ebpfapi.dll is looked for", () => {
  it("given an installation, then that one is opened", () => {
    const runtime = openRuntime();
    try {
      expect(runtime.kind).toBe("windows");
      expect(runtime.why.toLowerCase()).toContain(installed.toLowerCase());
    } finally {
      runtime.close();
    }
  });

  it("given a runtime that is opened, then the kernel makes nothing for it: the next id is whoever's asks first", () => {
    const before = double?.calls("libbpf_bpf_prog_type_str") ?? 0;
    const idOfNext = () => {
      const runtime = openRuntime("windows");
      try {
        return runtime.createMap({ type: MapType.ARRAY, key: u32, value: u32, maxEntries: 1 }).info.id;
      } finally {
        runtime.close();
      }
    };
    const first = idOfNext();
    expect(idOfNext()).toBe(first + 1);
    // For a name, ebpfapi has the kernel make a program once in every thread.
    expect((double?.calls("libbpf_bpf_prog_type_str") ?? 0) - before).toBe(0);
  });

  it("given a DLL of that name in the current folder, on the PATH, or named by variables, then none of them is loaded", () => {
    // Not even a DLL: loading it would fail, and so would opening the runtime.
    writeFileSync(join(folder, "ebpfapi.dll"), "planted");
    const cwd = process.cwd();
    const before: NodeJS.ProcessEnv = { ...process.env };
    try {
      process.chdir(folder);
      for (const name of ["ProgramFiles", "ProgramW6432", "SystemRoot", "windir", "EBPFAPI", "EBPF_PATH"]) {
        process.env[name] = folder;
      }
      process.env["PATH"] = `${folder};${before["PATH"] ?? ""}`;
      const runtime = openRuntime("windows");
      expect(runtime.why.toLowerCase()).toContain(installed.toLowerCase());
      runtime.close();
    } finally {
      process.chdir(cwd);
      for (const name of ["ProgramFiles", "ProgramW6432", "SystemRoot", "windir", "PATH"]) {
        const value = before[name];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  it("given a path that is not absolute, then EBPF_UNAVAILABLE, and nothing takes its place", () => {
    expect(() => openRuntime("windows", { library: "ebpfapi.dll" })).toThrow(EbpfError);
    expect(() => openRuntime("windows", { library: "ebpfapi.dll" })).toThrow(/absolute/);
  });

  it("given the path of a file that is no library, then EBPF_UNAVAILABLE with Windows' error number", () => {
    const path = join(folder, "broken", "ebpfapi.dll");
    mkdirSync(join(folder, "broken"), { recursive: true });
    writeFileSync(path, "not a library");
    let thrown: unknown;
    try {
      openRuntime("windows", { library: path });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EbpfError);
    expect(thrown).toMatchObject({ code: "EBPF_UNAVAILABLE" });
  });

  it("given a folder with letters beyond ASCII, then the library is found, or refused for who may write there", () => {
    const path = join(folder, "žluťoučký-ebpf-猫", "ebpfapi.dll");
    mkdirSync(join(path, ".."), { recursive: true });
    copyFileSync(installed, path);
    try {
      openRuntime("windows", { library: path }).close();
    } catch (error) {
      expect(error).toMatchObject({ code: "EBPF_UNAVAILABLE", message: expect.stringContaining("administrators") });
    }
  });
});

describe("threads and ends", () => {
  const source = (body: string) => `
    import { openRuntime } from ${JSON.stringify(new URL("../../../src/index.ts", import.meta.url).href)};
    const runtime = openRuntime("windows");
    ${body}`;

  async function worker(body: string): Promise<number> {
    const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source(body))}`));
    return new Promise((resolve, reject) => {
      thread.once("error", reject);
      thread.once("exit", resolve);
    });
  }

  it("given eight threads that make and use maps at once, then each ends well and nothing is left", async () => {
    double?.reset();
    const body = `
      for (let round = 0; round < 20; round++) {
        const map = runtime.engine.createMap({ name: "t", type: 1, keySize: 4, valueSize: 8, maxEntries: 64 });
        for (let i = 0; i < 50; i++) {
          const key = new Uint8Array(Uint32Array.of(i).buffer);
          runtime.engine.update(map, key, new Uint8Array(8).fill(i), 0);
          if (runtime.engine.lookup(map, key)[0] !== i) throw new Error("another thread's value");
        }
        runtime.engine.close(map);
      }
      runtime.close();`;
    const exits = await Promise.all(Array.from({ length: 8 }, () => worker(body)));
    expect(exits).toEqual(Array.from({ length: 8 }, () => 0));
    if (double !== undefined) expect(double.count("objects")).toBe(0);
  }, 120_000);

  it("given a ring that wakes its reader again and again, then the system is left with no wait of ours", async () => {
    const { addon } = loadAddon();
    if (addon === undefined) throw new Error("no addon");
    const runtime = openRuntime("windows");
    const nothing = bytes(0);
    const ring = runtime.createMap({ type: MapType.RINGBUF, key: nothing, value: nothing, maxEntries: 4096 });
    const records = ring.records();
    for (let round = 0; round < 100; round++) {
      const next = records.next();
      runtime.engine.writeRing(ring.handle, Uint8Array.of(round));
      expect((await next).value?.data).toEqual(Uint8Array.of(round));
    }
    // The one that waits for the next record.
    expect(addon.count().waits).toBeLessThanOrEqual(1);
    await records.return?.();
    runtime.close();
    expect(addon.count().waits).toBe(0);
  });

  it("given a thread that ends without closing anything, then its descriptors are closed", async () => {
    double?.reset();
    const body = `runtime.engine.createMap({ name: "t", type: 1, keySize: 4, valueSize: 8, maxEntries: 64 });`;
    expect(await worker(body)).toBe(0);
    if (double !== undefined) expect(double.count("descriptors")).toBe(0);
  }, 60_000);

  it.skipIf(double === undefined)(
    "given a thread that is ended in the middle of a call, then the process lives and the call's work is undone",
    async () => {
      double?.reset();
      double?.hold("bpf_prog_load");
      const body = `
        const code = Uint8Array.of(0xb7, 0, 0, 0, 7, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
        runtime.engine.loadProgram({ name: "p", type: "bind", section: "bind", code, lines: [], maps: [] });
        setTimeout(() => process.exit(3), 50);`;
      const ended = worker(body);
      setTimeout(() => double?.release(), 500);
      expect(await ended).toBe(3);
      expect(double?.count("descriptors")).toBe(0);
    },
    60_000,
  );
});

describe("native images", () => {
  const elf = new URL("../../contract/programs/functions.o", import.meta.url);

  it.skipIf(double === undefined)(
    "given an image, when loaded with its object file, then names and types come from both",
    async () => {
      double?.reset();
      const runtime = openRuntime("windows");
      const image = join(folder, "image.sys");
      // The double's images are texts; more maps than the first call has room for make it ask again.
      const maps = Array.from({ length: 40 }, (_, i) => `map m${String(i).padStart(2, "0")} 2 4 8 1`);
      const text = [...maps, "program functions 2 bind 42", "end", ""].join("\n");
      // bpf2c leaves the hash of the object file in the image.
      writeFileSync(image, Buffer.concat([Buffer.from(text), createHash("sha256").update(readFileSync(elf)).digest()]));
      try {
        const object = await runtime.load({ native: image, elf });
        expect([...object.maps].length).toBe(40);
        const result = await object.programs.get("functions").run({ context: new Uint8Array(56) });
        expect(result.returnValue).toBe(42);
        object.close();
        expect(double?.count("objects")).toBe(0);
      } finally {
        runtime.close();
      }
    },
  );

  it("given no such image, then a typed error", async () => {
    const runtime = openRuntime("windows");
    try {
      await expect(runtime.load({ native: join(folder, "absent.sys"), elf })).rejects.toBeInstanceOf(EbpfError);
    } finally {
      runtime.close();
    }
  });

  it("given an image of another object file, then EBPF_INVALID_ARGUMENT before anything is loaded", async () => {
    const runtime = openRuntime("windows");
    const image = join(folder, "other.sys");
    writeFileSync(image, "program functions 2 bind 42\nend\n");
    try {
      await expect(runtime.load({ native: image, elf })).rejects.toMatchObject({ code: "EBPF_INVALID_ARGUMENT" });
    } finally {
      runtime.close();
    }
  });
});
