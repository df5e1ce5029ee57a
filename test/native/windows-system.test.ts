import { describe, expect, it } from "vitest";
import type { TestRunOptions } from "../../src/engine/index.ts";
import type { Native } from "../../src/native/native.ts";
import { WindowsSystem } from "../../src/native/windows-system.ts";

const native = { has: () => true, addon: { hasProgramType: () => true }, library: {} };
const system = new WindowsSystem(native as unknown as Native);
const context = new Uint8Array(32).fill(7);

/**
 * What the driver and ebpfapi make of it together: the driver lays the context at the end of a reply of dataRoom + contextRoom bytes,
 * and the library takes it from behind the data (_ebpf_core_protocol_program_test_run, libs/execution_context/ebpf_core.c;
 * ebpf_program_test_run, libs/api/ebpf_api.cpp).
 */
function run(options: TestRunOptions, dataAfter: number): { readonly context: Uint8Array; readonly fits: boolean } {
  const asked = system.testRun("xdp", options);
  const room = asked.dataRoom + asked.contextRoom;
  const reply = new Uint8Array(room + 65_536);
  reply.fill(1, 0, dataAfter);
  reply.set(options.context ?? [], room - (options.context?.length ?? 0));
  const data = reply.slice(0, dataAfter);
  const taken = reply.slice(dataAfter, dataAfter + (options.context?.length ?? 0));
  const answer = { returnValue: 0, duration: 0, data, context: taken };
  return { context: system.contextAfter(options, asked, answer), fits: dataAfter <= asked.dataRoom };
}

describe("contexts of test runs on Windows", () => {
  it.each([
    [{ context }, 0],
    [{ context, data: new Uint8Array(64) }, 64],
    [{ context, data: new Uint8Array(1) }, 1],
  ])("given data that keeps its length, then the context is the one that the driver gave: %#", (options, dataAfter) => {
    expect(run(options, dataAfter).context).toEqual(context);
  });

  it.each([[60], [0]])(
    "given data of 64 bytes that comes back as %d, then none is given instead of a wrong one",
    (length) => {
      expect(run({ context, data: new Uint8Array(64) }, length).context).toEqual(new Uint8Array(0));
    },
  );

  it("given a caller that says how much room there is, then it gets what a caller in C gets", () => {
    expect(run({ context, data: new Uint8Array(64), room: 200 }, 64).context.length).toBe(context.length);
    expect(run({ context, data: new Uint8Array(64), room: 64 + context.length }, 64).context).toEqual(context);
  });

  it("given no context, then there is room for data that grows", () => {
    expect(run({ data: new Uint8Array(64) }, 128).fits).toBe(true);
    // Both messages have 16 bits for their length (libs/execution_context/ebpf_protocol.h).
    expect(system.testRun("xdp", { data: new Uint8Array(65_000) }).dataRoom).toBeLessThan(65_536 - 27);
  });
});
