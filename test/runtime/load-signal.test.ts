import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import type { Engine } from "../../src/engine/index.ts";
import { simulate } from "../../src/index.ts";

const object = readFileSync(new URL("../programs/count_ports.o", import.meta.url));
const why = new Error("the service ends");
const aborted = { code: "EBPF_ABORTED", cause: why };

describe("a load with a signal", () => {
  it("given one that has aborted, then nothing is loaded", async () => {
    using runtime = simulate();
    await expect(runtime.load("no such file", { signal: AbortSignal.abort(why) })).rejects.toMatchObject(aborted);
    expect([...runtime.ids("map"), ...runtime.ids("program")]).toEqual([]);
  });

  it("given one that aborts while the file is read, then nothing is made", async () => {
    using runtime = simulate();
    const controller = new AbortController();
    const loading = runtime.load(object, { signal: controller.signal });
    // Reading begins with a turn of the event loop.
    controller.abort(why);
    await expect(loading).rejects.toMatchObject({ ...aborted, message: "Loading was aborted" });
    expect([...runtime.ids("map"), ...runtime.ids("program")]).toEqual([]);
  });

  it.each([
    ["make a map", onMap],
    ["load a program", onProgram],
  ])("given one that aborts when the kernel is asked to %s, then what was made is given back", async (_, spyOn) => {
    using runtime = simulate();
    const controller = new AbortController();
    spyOn(runtime.engine, () => controller.abort(why));
    await expect(runtime.load(object, { signal: controller.signal })).rejects.toMatchObject(aborted);
    expect([...runtime.ids("map"), ...runtime.ids("program")]).toEqual([]);
  });

  it("given one that aborts afterwards, then the object stays", async () => {
    using runtime = simulate();
    const controller = new AbortController();
    const loaded = await runtime.load(object, { signal: controller.signal });
    controller.abort(why);
    expect([...loaded.maps].length).toBe(2);
    expect(loaded.programs.get("count_ports").closed).toBe(false);
  });

  it("given what is no signal, then EBPF_INVALID_ARGUMENT", async () => {
    using runtime = simulate();
    await expect(runtime.load(object, { signal: {} as never })).rejects.toMatchObject({
      code: "EBPF_INVALID_ARGUMENT",
    });
  });
});

function onMap(engine: Engine, abort: () => void): void {
  const createMap = engine.createMap.bind(engine);
  vi.spyOn(engine, "createMap").mockImplementation((options) => {
    abort();
    return createMap(options);
  });
}

function onProgram(engine: Engine, abort: () => void): void {
  const loadProgram = engine.loadProgram.bind(engine);
  vi.spyOn(engine, "loadProgram").mockImplementation((options) => {
    abort();
    return loadProgram(options);
  });
}
