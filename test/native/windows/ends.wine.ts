import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import { bytes, MapType, openRuntime, u32 } from "../../../src/index.ts";
import { double } from "./double.ts";

const folder = mkdtempSync(join(tmpdir(), "winbpf-ends-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const nothing = bytes(0);
const index = JSON.stringify(new URL("../../../src/index.ts", import.meta.url).href);

interface Ended {
  /** Null where the process had to be ended. */
  readonly code: number | null;
  readonly output: string;
}

/** A process of its own: what it writes and ends with. Under wine a Windows Node.js writes to files, not to pipes. */
function run(body: string, ...flags: readonly string[]): Ended {
  const script = join(folder, "script.mjs");
  const file = join(folder, "output.txt");
  writeFileSync(script, `import { bytes, MapType, openRuntime } from ${index};\n${body}`);
  const output = openSync(file, "w");
  const { WINBPF_EXIT_CODE: _, ...env } = process.env;
  const { status } = spawnSync(process.execPath, ["--no-warnings", ...flags, script], {
    stdio: ["ignore", output, output],
    env,
    timeout: 100_000,
  });
  closeSync(output);
  return { code: status, output: readFileSync(file, "utf8") };
}

const reading = `
  const runtime = openRuntime("windows");
  const nothing = bytes(0);
  const ring = runtime.createMap({ type: MapType.RINGBUF, key: nothing, value: nothing, maxEntries: 4096 });
  const perf = runtime.createMap({ type: MapType.PERF_EVENT_ARRAY, key: nothing, value: nothing, maxEntries: 4096 });
  void ring.records().next();
  void perf.records().next();
  const code = Uint8Array.of(0xb7, 0, 0, 0, 7, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
  const program = await runtime.engine.loadProgram({ name: "p", type: "bind", section: "bind", code, lines: [], maps: [] });
  const context = new Uint8Array(56);
  for (let i = 0; i < 3; i++) void runtime.engine.testRun(program, { context, repeat: 1_000_000 });`;

/** Whether a process that has only opened and closed a runtime ends soon after it began to. */
async function idleProcessEnds(): Promise<boolean> {
  const said = join(folder, "said.txt");
  const script = join(folder, "idle.mjs");
  writeFileSync(
    script,
    `import { writeFileSync } from "node:fs";
    import { openRuntime } from ${index};
    openRuntime("windows").close();
    process.on("exit", () => writeFileSync(${JSON.stringify(said)}, "exiting"));`,
  );
  const { WINBPF_EXIT_CODE: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--no-warnings", script], { stdio: "ignore", env });
  let ended = false;
  child.on("exit", () => {
    ended = true;
  });
  // Beginning may take its time, ending may not.
  while (!ended && !existsSync(said)) await setTimeout(100);
  for (let i = 0; i < 200 && !ended; i++) await setTimeout(100);
  child.kill();
  return ended;
}

// With upstream's sources in user mode, built with mingw, no process ends by itself that has used them, in C neither: when the
// DLL is taken away, the kernel in it destroys condition variables (`_usersim_emulated_dpc`, usersim/src/ke.cpp), and
// winpthreads' `pthread_cond_destroy` waits for threads that Windows has ended before. The addon has joined its own by then.
const ends = double !== undefined || (await idleProcessEnds());

describe.skipIf(!ends)(
  ends
    ? "a process that ends"
    : "a process that ends (with this ebpfapi.dll none does, were it only opened and closed)",
  () => {
    it("given process.exit while rings are read and programs run, then it ends at once with its code", () => {
      expect(run(`${reading} setImmediate(() => { console.log("exiting"); process.exit(7); });`)).toEqual({
        code: 7,
        output: "exiting\n",
      });
    }, 120_000);

    it("given an exception that nobody catches meanwhile, then Node.js says so, and ends", () => {
      const { code, output } = run(`${reading} setImmediate(() => { throw new Error("on purpose"); });`);
      expect(code).toBe(1);
      expect(output).toContain("on purpose");
    }, 120_000);
  },
);

describe("a thread that ends", () => {
  it("given one that is ended while rings are read and programs run, then what it waits for is joined, and it is gone", async () => {
    const script = join(folder, "thread.mjs");
    writeFileSync(
      script,
      `import { parentPort } from "node:worker_threads";
      import { bytes, MapType, openRuntime } from ${index};
      ${reading}
      setTimeout(() => parentPort.postMessage("running"), 20);`,
    );
    const thread = new Worker(script);
    const exited = new Promise((resolve, reject) => {
      thread.once("exit", resolve);
      thread.once("error", reject);
    });
    await Promise.race([exited, new Promise((resolve) => thread.once("message", resolve))]);
    expect(await thread.terminate()).toBe(1);
    expect(await exited).toBe(1);
    // The library is as good as before for those that stay.
    const runtime = openRuntime("windows");
    const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u32, maxEntries: 1 });
    expect(map.set(1, 2).get(1)).toBe(2);
    runtime.close();
  });
});

describe("handles that nobody closes", () => {
  it("given garbage that is collected in the middle of calls, then nothing crashes", () => {
    const body = `
      const runtime = openRuntime("windows");
      const { engine } = runtime;
      for (let round = 0; round < 300; round++) {
        const map = engine.createMap({ name: "m", type: 1, keySize: 4, valueSize: 8, maxEntries: 4 });
        engine.update(map, new Uint8Array(4), new Uint8Array(8), 0);
        const ring = engine.createMap({ name: "r", type: 13, keySize: 0, valueSize: 0, maxEntries: 4096 });
        engine.ring(ring, 0).listen(() => {});
        const code = Uint8Array.of(0xb7, 0, 0, 0, 7, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
        const loading = engine.loadProgram({ name: "p", type: "bind", section: "bind", code, lines: [], maps: [] });
        if (round % 3 === 0) globalThis.gc();
        if (round % 5 === 0) engine.close(await loading);
        engine.close(ring);
        engine.close(ring);
      }
      globalThis.gc();
      console.log("alive");
      ${ends ? "process.exit(7)" : "process.kill(process.pid)"};`;
    expect(run(body, "--expose-gc")).toEqual({ code: ends ? 7 : 1, output: "alive\n" });
  }, 120_000);
});

describe("waiting for rings", () => {
  it("given 16 rings that are waited for, then files are read meanwhile, and each ring wakes its own reader", async () => {
    const runtime = openRuntime("windows");
    const rings = Array.from({ length: 16 }, () =>
      runtime.createMap({ type: MapType.RINGBUF, key: nothing, value: nothing, maxEntries: 4096 }),
    );
    const waiting = rings.map((ring) => ring.records().next());
    // libuv's pool has 4 threads: one ring on each would stop all files.
    const files = await Promise.all(Array.from({ length: 32 }, () => readFile(new URL(import.meta.url))));
    expect(files.every((content) => content.length > 0)).toBe(true);
    for (const [number, ring] of rings.entries()) runtime.engine.writeRing(ring.handle, Uint8Array.of(number));
    const records = await Promise.all(waiting);
    expect(records.map(({ value }) => value?.data[0])).toEqual(rings.map((_, number) => number));
    runtime.close();
  });
});
