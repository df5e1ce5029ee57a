import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MapType, openRuntime, type Runtime, u32 } from "../../src/index.ts";
import { whyNoLibbpf } from "./usable.ts";

const why = whyNoLibbpf();
const root = `BPF:\\winbpf-pins-${process.pid}`;

describe.skipIf(why !== undefined)(`pins on Linux${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  let runtime: Runtime;
  let left: string[] = [];
  const ours = () => [...runtime.pins("map")].map(({ path }) => path).filter((path) => path.startsWith(`${root}\\`));

  beforeEach(() => {
    runtime = openRuntime("libbpf");
    const map = runtime.createMap({ type: MapType.ARRAY, key: u32, value: u32, maxEntries: 1 });
    left = ["a\\b", "a\\c", "a-b", "z"].map((name) => `${root}\\${name}`);
    for (const path of left) map.pin(path);
  });
  afterEach(() => {
    for (const path of left) runtime.unpin(path);
    runtime.close();
  });

  it("given pins in folders, then they are listed in the order of bytes, as one after another", () => {
    // A minus is below a backslash.
    expect(ours()).toEqual([`${root}\\a-b`, `${root}\\a\\b`, `${root}\\a\\c`, `${root}\\z`]);
    const oneByOne: string[] = [];
    let pin = runtime.engine.nextPin(`${root}\\`, "map");
    while (pin?.path.startsWith(`${root}\\`) === true) {
      oneByOne.push(pin.path);
      pin = runtime.engine.nextPin(pin.path, "map");
    }
    expect(oneByOne).toEqual(ours());
  });

  it("given pins that are taken away while they are listed, then those are left out", () => {
    const seen: string[] = [];
    for (const { path } of runtime.pins("map")) {
      if (!path.startsWith(`${root}\\`)) continue;
      seen.push(path);
      for (const other of left.splice(0)) {
        if (other === path) left.push(other);
        else runtime.unpin(other);
      }
    }
    expect(seen).toEqual([`${root}\\a-b`]);
  });

  it("given a runtime that is closed while they are listed, then EBPF_CLOSED", () => {
    const other = openRuntime("libbpf");
    expect(() => {
      for (const _ of other.pins()) other.close();
    }).toThrow(expect.objectContaining({ code: "EBPF_CLOSED" }));
  });
});
