import { describe, expect, it } from "vitest";
import { MapType, simulate } from "../../src/index.ts";
import { libbpf } from "../../src/libbpf/index.ts";

const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
const door = () => libbpf(simulate());

// Expected results: facts/ebpfapi-exports.md §1a, errno in UCRT numbers.
describe("libbpf's map calls", () => {
  it("given a hash map, then create, update, lookup, next key and delete answer as Windows'", () => {
    const bpf = door();
    const fd = bpf.bpf_map_create(MapType.HASH, "m", 4, 4, 8);
    expect(fd).toBe(3);
    expect(bpf.bpf_map_lookup_elem(fd, u32(1))).toEqual({ ret: -2, value: undefined });
    expect(bpf.bpf_map_update_elem(fd, u32(1), u32(9), 0)).toBe(0);
    expect(bpf.bpf_map_update_elem(fd, u32(1), u32(9), 1)).toBe(-17);
    expect(bpf.bpf_map_update_elem(fd, u32(2), u32(9), 2n)).toBe(-2);
    expect(bpf.bpf_map_update_elem(fd, u32(2), u32(9), 3)).toBe(-22);
    expect(bpf.bpf_map_lookup_elem(fd, u32(1))).toEqual({ ret: 0, value: u32(9) });
    expect(bpf.bpf_map_get_next_key(fd, null)).toEqual({ ret: 0, value: u32(1) });
    expect(bpf.bpf_map_get_next_key(fd, u32(1))).toEqual({ ret: -2, value: undefined });
    expect(bpf.bpf_map_delete_elem(fd, u32(1))).toBe(0);
    expect(bpf.bpf_map_delete_elem(fd, u32(1))).toBe(-2);
  });

  it("given bad arguments of creation, then -EINVAL, -ENOTSUP, -ENOMEM", () => {
    const bpf = libbpf(simulate({ memoryLimit: 8 << 20 }));
    expect(bpf.bpf_map_create(17, null, 4, 4, 1)).toBe(-22);
    expect(bpf.bpf_map_create(MapType.UNSPEC, null, 4, 4, 1)).toBe(-129);
    expect(bpf.bpf_map_create(MapType.ARRAY, null, 4, 65_536, 65_536)).toBe(-12);
  });

  it("given descriptors, then the lowest free one is used, and closed ones are -EBADF", () => {
    const bpf = door();
    const create = () => bpf.bpf_map_create(MapType.ARRAY, null, 4, 4, 1);
    expect([create(), create(), create()]).toEqual([3, 4, 5]);
    expect(bpf.ebpf_close_fd(4)).toBe(0);
    expect(bpf.ebpf_close_fd(4)).toBe(17);
    expect(bpf.bpf_map_lookup_elem(4, u32(0)).ret).toBe(-9);
    expect(bpf.bpf_map_lookup_elem(-1, u32(0)).ret).toBe(-9);
    expect(create()).toBe(4);
  });

  it("given map type numbers, then their names", () => {
    expect(door().libbpf_bpf_map_type_str(9)).toBe("lpm_trie");
    expect(door().libbpf_bpf_map_type_str(99)).toBeNull();
    expect(door().libbpf_num_possible_cpus()).toBe(2);
  });
});
