import { describe, expect, it } from "vitest";
import type { Addon, ObjectRef } from "../../src/native/addon.ts";
import { LinuxSystem } from "../../src/native/linux-system.ts";
import { Native } from "../../src/native/native.ts";

const EMFILE = 24;

describe("waiting for programs on Linux", () => {
  it("given no descriptor for the second of its maps, then EBPF_NO_MEMORY, and the first is given back", async () => {
    const open = new Set<unknown>();
    const addon = {
      typeName: () => undefined,
      createMap: () => {
        if (open.size > 0) return { failed: "bpf_map_create", errno: EMFILE };
        const ref = {};
        open.add(ref);
        return ref;
      },
      close: (ref: ObjectRef) => open.delete(ref),
    } as unknown as Addon;
    const system = new LinuxSystem(new Native(addon, { library: {} as never, path: "", missing: [] }, "linux"));
    const refused = expect.objectContaining({ code: "EBPF_NO_MEMORY", hint: expect.stringContaining("limit") });
    await expect(system.synchronize()).rejects.toThrow(refused);
    expect(open.size).toBe(0);
  });
});
