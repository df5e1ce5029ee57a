import { expect, it } from "vitest";
import { hintFor } from "../../src/native/hints.ts";

// errno numbers: include/uapi/asm-generic/errno-base.h; the Universal C Runtime's errno.h agrees up to 34, ENOTSUP is 129.
it.each([
  ["linux", "bpf_map_create", 1, /CAP_BPF/],
  ["windows", "bpf_map_create", 1, /administrator/],
  ["windows", "bpf_map_get_next_id", 1, /sc query ebpfcore/],
  // EOTHER, 131: what RPC_EXCEPTION, BLOCKED_BY_POLICY and ARITHMETIC_OVERFLOW have in common (libs/api_common/api_common.hpp)
  ["windows", "bpf_prog_load", 131, /ebpfsvc.*HVCI/],
  ["windows", "bpf_object__load", 12, /ebpfsvc/],
  ["windows", "bpf_map_update_elem", 131, /65,535/],
  ["windows", "bpf_map_update_elem", 9, /one type/],
  ["linux", "bpf_map_update_elem", 9, /open it again/],
  ["windows", "bpf_object__load", 129, /native images only/],
  ["windows", "bpf_map_get_next_key", 129, /Objects of this kind/],
  ["linux", "bpf_map_create", 24, /raise the limit/],
  ["linux", "bpf_obj_get", 2, /winbpf show pins/],
  ["windows", "bpf_obj_get", 2, /winbpf show pins/],
  ["linux", "bpf_obj_pin", 17, /winbpf unpin/],
  ["linux", "bpf_obj_pin", 2, /mount -t bpf/],
  ["linux", "bpf_prog_test_run_opts", 22, /Ethernet header/],
  // A folder of pins, or an iterator of the kernel's own (kernel/bpf/inode.c, bpf_inode_type).
  ["linux", "bpf_obj_get", 13, /no pin, but a folder/],
  ["linux", "bpf_prog_load", 13, /`log`/],
  ["linux", "bpf_map_create", 13, /security module/],
  // Linux says E2BIG of a map that is too large, and of one that is full.
  ["linux", "bpf_map_create", 7, /entries smaller/],
  ["linux", "bpf_map_update_elem", 7, /make the map larger/],
  ["linux", "bpf_map_create", 22, /power/],
  ["linux", "bpf_map_update_elem", 2, /`create`/],
  ["linux", "bpf_map_get_next_key", 22, /push, pop/],
  ["linux", "bpf_obj_pin", 20, /no folder/],
  ["linux", "bpf_link_create", 16, /winbpf detach/],
  ["linux", "bpf_link_create", 22, /`ip link`/],
] as const)("given %s, when %s fails with %d, then the hint says what to do", (system, failed, errno, hint) => {
  expect(hintFor(system, { failed, errno })).toMatch(hint);
});

it("given a result of ebpfapi's, then the hint is that result's, whatever errno says", () => {
  // EBPF_RPC_EXCEPTION (include/ebpf_result.h)
  expect(hintFor("windows", { failed: "bpf_obj_get", errno: 2, result: 14 })).toMatch(/net start ebpfsvc/);
  expect(hintFor("windows", { failed: "bpf_map_create", errno: 12 })).toMatch(/Close what is not used/);
});

it("given any result of ebpfapi's, then there is a hint", () => {
  // include/ebpf_result.h counts to 34.
  for (let result = 1; result <= 34; result++)
    expect(hintFor("windows", { failed: "f", result }), `${result}`).toBeDefined();
});
