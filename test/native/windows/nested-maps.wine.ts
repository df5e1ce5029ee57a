import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRuntime } from "../../../src/index.ts";

const nested = join(import.meta.dirname, "../../contract/programs/nested.o");

async function thrownBy(action: () => Promise<unknown>): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** libs/api/ebpf_api.cpp, ebpf_program_load_bytes: the template's descriptor is 0 there, which no map has. */
describe("programs that look inner maps up, as byte code", () => {
  it("given an object with one, then the refusal says that it is not the code, what goes instead, and leaves nothing", async () => {
    const runtime = openRuntime("windows");
    try {
      const before = [...runtime.ids("map")].length;
      const error = await thrownBy(() => runtime.load(nested));
      expect(error).toMatchObject({
        code: "EBPF_VERIFICATION_FAILED",
        log: expect.stringContaining("Map cache entry for original map fd 0 not found"),
        hint: expect.stringContaining("native image"),
      });
      expect([...runtime.ids("map")]).toHaveLength(before);
    } finally {
      runtime.close();
    }
  });

  it("given the object's maps alone, then they are made", async () => {
    const runtime = openRuntime("windows");
    try {
      const object = await runtime.load(nested, { programs: [] });
      expect([...object.maps].map(({ name }) => name).sort()).toEqual(["inner", "outer", "table"]);
      object.close();
    } finally {
      runtime.close();
    }
  });
});
