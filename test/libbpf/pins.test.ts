import { describe, expect, it } from "vitest";
import { libbpf } from "../../src/libbpf/index.ts";
import { simulate } from "../../src/runtime/index.ts";

const ARRAY = 2;

describe("given maps pinned at the root and below it, when pins are listed", () => {
  // ebpf_get_next_pinned_object_path (libs/api/ebpf_api.cpp) makes "" canonical, which is "BPF:\\", and the kernel looks
  // for what is greater (ebpf_pinning_table_get_next_path): the root itself is pinned but never listed.
  it("then the root is left out, and opens nevertheless", () => {
    const runtime = simulate();
    const door = libbpf(runtime);
    const map = door.bpf_map_create(ARRAY, "m", 4, 4, 1, null);
    expect(door.bpf_obj_pin(map, "")).toBe(0);
    expect(door.bpf_obj_pin(map, "/a")).toBe(0);

    expect(door.ebpf_get_next_pinned_object_path("")).toMatchObject({ ret: 0, next_path: "BPF:\\a" });
    expect(door.ebpf_api_get_pinned_map_info().map_info.map(({ path }) => path)).toEqual(["BPF:\\a"]);
    expect(door.bpf_obj_get("/")).toBeGreaterThan(0);
    expect(door.ebpf_object_unpin("BPF:\\")).toBe(0);
    runtime.close();
  });
});
