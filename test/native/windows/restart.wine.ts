import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { MapType, openRuntime, u32, u64 } from "../../../src/index.ts";
import { double } from "./double.ts";

/** mov r0, 7; exit */
const code = Uint8Array.of(0xb7, 0, 0, 0, 7, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const program = { name: "p", type: "bind", section: "bind", code, lines: [], maps: [], attachType: 2 } as const;
const hash = { type: MapType.HASH, key: u32, value: u64, maxEntries: 8 };

/** What another process does after the restart: a map of its own, pinned, with one entry. */
async function pinElsewhere(path: string): Promise<void> {
  const thread = new Worker(
    new URL(
      `data:text/javascript,${encodeURIComponent(`
        import { MapType, openRuntime, u32, u64 } from ${JSON.stringify(new URL("../../../src/index.ts", import.meta.url).href)};
        const runtime = openRuntime("windows");
        const map = runtime.createMap({ name: "again", type: MapType.HASH, key: u32, value: u64, maxEntries: 8 });
        map.set(1, 11n).pin(${JSON.stringify(path)});
        runtime.close();`)}`,
    ),
  );
  await new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("exit", resolve);
  });
}

describe.skipIf(double === undefined)("a driver that restarts underneath", () => {
  it("given calls of every kind afterwards, then each fails with EBPF_DISCONNECTED and what ebpfapi said", async () => {
    double?.reset();
    const runtime = openRuntime("windows");
    const map = runtime.createMap(hash).set(1, 1n);
    const { engine } = runtime;
    const loaded = await engine.loadProgram(program);
    const link = await engine.attach(loaded, 2, new Uint8Array(0));
    double?.restart();
    const gone = expect.objectContaining({
      code: "EBPF_DISCONNECTED",
      native: expect.anything(),
      cause: expect.anything(),
    });
    const caught = async (work: () => unknown): Promise<unknown> => {
      try {
        return await work();
      } catch (error) {
        return error;
      }
    };
    const calls: readonly (() => unknown)[] = [
      () => map.get(1),
      () => map.set(1, 2n),
      () => map.delete(1),
      () => [...map.keys()],
      () => [...map.batches()],
      () => map.setMany([[1, 1n]]),
      () => map.pin("BPF:\\restart"),
      () => runtime.createMap(hash),
      () => engine.mapInfo(map.handle),
      () => engine.programInfo(loaded),
      () => engine.linkInfo(link),
      () => engine.detach(link),
      () => engine.attach(loaded, 2, new Uint8Array(0)),
      () => engine.loadProgram(program),
      () => engine.testRun(loaded, { context: new Uint8Array(56) }),
      () => engine.bindMap(loaded, map.handle),
      () => [...runtime.ids("map")],
      () => [...runtime.pins()],
      () => runtime.unpin("BPF:\\restart"),
      () => runtime.openPinnedMap("BPF:\\restart"),
      () => runtime.synchronize(),
    ];
    for (const [index, call] of calls.entries()) expect(await caught(call), `call ${index}`).toEqual(gone);
    runtime.close();
  });

  it("given a reader that waits for records, then it is told within seconds", async () => {
    const runtime = openRuntime("windows");
    const ring = runtime.createMap({ type: MapType.RINGBUF, maxEntries: 4096, value: u32 });
    const next = ring.records().next();
    double?.restart();
    await expect(next).rejects.toMatchObject({ code: "EBPF_DISCONNECTED" });
    runtime.close();
  });

  it("given reopen, then a map that was pinned in the new driver is found, and maps, programs and links work", async () => {
    const before = openRuntime("windows");
    before.createMap(hash).pin("BPF:\\lost");
    double?.restart();
    await pinElsewhere("BPF:\\found");

    const runtime = before.reopen();
    expect(before.closed).toBe(true);
    // Pins live in the driver: those of the old one are gone.
    expect([...runtime.pins()]).toEqual([{ path: "BPF:\\found", kind: "map" }]);
    const map = runtime.openPinnedMap("BPF:\\found", { key: u32, value: u64 });
    expect(map.get(1)).toBe(11n);
    expect(map.set(2, 22n).get(2)).toBe(22n);
    expect([...map.keys()].sort()).toEqual([1, 2]);
    const { engine } = runtime;
    const loaded = await engine.loadProgram(program);
    const link = await engine.attach(loaded, 2, new Uint8Array(0));
    expect(engine.linkInfo(link).programId).toBe(engine.programInfo(loaded).id);
    engine.close(link);
    engine.close(loaded);
    runtime.close();
  }, 180_000);

  it("given a test run after reopen, then EBPF_DISCONNECTED says that the process has to be restarted", async () => {
    const runtime = openRuntime("windows");
    const loaded = await runtime.engine.loadProgram(program);
    await expect(runtime.engine.testRun(loaded, { context: new Uint8Array(56) })).rejects.toMatchObject({
      code: "EBPF_DISCONNECTED",
      hint: expect.stringContaining("Restart the process"),
    });
    runtime.engine.close(loaded);
    runtime.close();
  });

  it("given several restarts, then each reopen works, and nothing is left of all of them", () => {
    let runtime = openRuntime("windows");
    for (let round = 0; round < 3; round++) {
      double?.restart();
      runtime = runtime.reopen();
      const map = runtime.createMap(hash).set(round, 1n);
      expect(map.count()).toBe(1);
    }
    runtime.close();
  });
});
