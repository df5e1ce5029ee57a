import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { bytes, MapType, openRuntime, u32, u64 } from "../../../src/index.ts";
import { Workbench } from "../../cli/workbench.ts";
import { double } from "./double.ts";

const bench = new Workbench();
const object = fileURLToPath(new URL("../../contract/programs/sections.o", import.meta.url));
const nothing = bytes(0);
const done = expect.objectContaining({ code: 0, stderr: "" });

// The commands' default on Windows: no --runtime.
describe("the kernel's commands on Windows", () => {
  it("given an object, then it is loaded, shown, attached, detached and unpinned", async () => {
    double?.reset();
    const loaded = await bench.run("load", object, "--pin", "BPF:/cli");
    expect(loaded).toEqual(done);
    const paths = loaded.stdout.trim().split("\n");
    expect(paths).toEqual(["first", "second", "third"].map((name) => `BPF:\\cli\\${name}`));
    const programs = JSON.parse((await bench.run("show", "programs", "--json")).stdout);
    expect(programs).toContainEqual(expect.objectContaining({ name: "first", type: "bind", section: "bind" }));
    expect((await bench.run("show", "pins")).stdout).toContain("BPF:\\cli\\third");

    const attached = await bench.run("attach", "BPF:/cli/first", "--pin", "BPF:/cli/link", "--runtime", "windows");
    expect(attached).toMatchObject({ code: 0, stdout: expect.stringMatching(/^link \d+ BPF:\\cli\\link\n$/) });
    expect((await bench.run("show", "links")).stdout).toMatch(/bind/);
    expect(await bench.run("detach", "BPF:/cli/link")).toEqual(done);
    expect(await bench.run("pin", "program", "BPF:/cli/first", "BPF:/cli/copy")).toEqual(done);
    for (const path of [...paths, "BPF:/cli/copy"]) expect(await bench.run("unpin", path)).toEqual(done);
    expect((await bench.run("show", "pins", "--json")).stdout.trim()).toBe("[]");
  });

  it("given a map and a ring, then they are read, written, dumped, watched and listened to", async () => {
    double?.reset();
    const runtime = openRuntime("windows");
    const map = runtime.createMap({ name: "m", type: MapType.HASH, key: u32, value: u64, maxEntries: 8 });
    map.pin("BPF:\\cli\\m");
    const id = String(map.info.id);
    expect(await bench.run("map", "set", id, "7", "258")).toEqual(done);
    expect((await bench.run("map", "get", "BPF:/cli/m", "7")).stdout).toBe("258\n");
    expect((await bench.run("map", "dump", id, "--json")).stdout).toBe('{"key":"7","value":"258"}\n');
    const stop = AbortSignal.timeout(300);
    const watched = await bench.runWith({ interruption: stop }, "map", "watch", id, "--interval", "50");
    expect(watched.stdout).toBe("7: 258\n");
    expect(await bench.run("map", "delete", id, "7")).toEqual(done);
    expect(await bench.run("map", "get", id, "7")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no such key/),
    });
    expect((await bench.run("show", "maps")).stdout).toMatch(/hash/);

    const ring = runtime.createMap({
      name: "r",
      type: MapType.RINGBUF,
      key: nothing,
      value: nothing,
      maxEntries: 4096,
    });
    for (const byte of [1, 2]) runtime.engine.writeRing(ring.handle, Uint8Array.of(byte, 0xff));
    const events = await bench.run("events", String(ring.info.id), "--count", "2");
    expect(events).toMatchObject({ code: 0, stdout: "0: 01 ff\n0: 02 ff\n" });
    runtime.unpin("BPF:\\cli\\m");
    runtime.close();
  });

  it("given what is not there or cannot be, then exit code 1 for the first, 2 for the second, and a reason", async () => {
    double?.reset();
    const failed = [
      ["unpin", "BPF:/cli/nothing"],
      ["detach", "BPF:/cli/nothing"],
      ["map", "dump", "4000000000"],
      ["attach", "BPF:/cli/nothing", "--pin", "BPF:/cli/link"],
      ["pin", "map", "BPF:/cli/nothing", "BPF:/cli/copy"],
      ["load", object, "--pin", "BPF:/cli", "--native", "C:\\no\\such.sys"],
      ["events", "4000000000"],
    ];
    for (const args of failed) {
      expect(await bench.run(...args), args.join(" ")).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^winbpf: ./),
      });
    }
    expect(await bench.run("show", "maps", "--runtime", "libbpf")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/libbpf is not for win32/),
    });
  });
});
