import { describe, expect, it } from "vitest";
import { openRuntime } from "../../../src/index.ts";
import { double } from "./double.ts";

/** mov r0, 7; exit */
const code = Uint8Array.of(0xb7, 0, 0, 0, 7, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const program = { name: "p", type: "bind", section: "bind", code, lines: [], maps: [], attachType: 2 } as const;

describe("links that outlive their handles", () => {
  it("given a kept link, when its handle is closed, then a pin keeps it attached until it is detached by its id", async () => {
    double?.reset();
    const runtime = openRuntime("windows");
    const { engine } = runtime;
    const loaded = await engine.loadProgram(program);
    const link = await engine.attach(loaded, 2, new Uint8Array(0));
    const { id } = engine.linkInfo(link);
    engine.keepLink(link);
    engine.close(link);
    const path = `BPF:\\winbpf-kept\\${id}`;
    expect([...runtime.pins("link")].map((pin) => pin.path)).toContain(path);
    const again = engine.openId("link", id);
    if (again === undefined) throw new Error("the link is gone");
    expect(engine.linkInfo(again).programId).toBe(engine.programInfo(loaded).id);
    engine.detach(again);
    expect([...runtime.pins("link")].map((pin) => pin.path)).not.toContain(path);
    engine.close(again);
    engine.close(loaded);
    runtime.close();
    if (double !== undefined) expect(double.count("descriptors")).toBe(0);
  });
});
