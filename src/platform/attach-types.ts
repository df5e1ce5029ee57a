/** Windows' attach types: ebpf-for-windows' include/ebpf_structs.h and include/ebpf_program_attach_type_guids.h. */
export interface AttachTypeRow {
  /** `bpf_attach_type`. */
  readonly number: number;
  readonly name: string;
  readonly guid: string;
  /** Section prefix that stands for it; undefined for UNSPEC. */
  readonly section: string | undefined;
  readonly programType: string | undefined;
  /** `bpf_link_type`: 0 unspec, 1 plain, 2 cgroup, 3 XDP. */
  readonly linkType: number;
}

const row = (
  number: number,
  name: string,
  guid: string,
  section: string | undefined,
  programType: string | undefined,
  linkType: number,
): AttachTypeRow => ({ number, name, guid, section, programType, linkType });

/** Every attach type; number 9 is unused and has no row. */
export const attachTypes: readonly AttachTypeRow[] = [
  row(0, "BPF_ATTACH_TYPE_UNSPEC", "00000000-0000-0000-0000-000000000000", undefined, undefined, 0),
  row(1, "BPF_XDP", "85e0d8ef-579e-4931-b072-8ee226bb2e9d", "xdp", "xdp", 3),
  row(2, "BPF_ATTACH_TYPE_BIND", "b9707e04-8127-4c72-833e-05b1fb439496", "bind", "bind", 1),
  row(3, "BPF_CGROUP_INET4_CONNECT", "a82e37b1-aee7-11ec-9a30-18602489beee", "cgroup/connect4", "sock_addr", 2),
  row(4, "BPF_CGROUP_INET6_CONNECT", "a82e37b2-aee7-11ec-9a30-18602489beee", "cgroup/connect6", "sock_addr", 2),
  row(5, "BPF_CGROUP_INET4_RECV_ACCEPT", "a82e37b3-aee7-11ec-9a30-18602489beee", "cgroup/recv_accept4", "sock_addr", 2),
  row(6, "BPF_CGROUP_INET6_RECV_ACCEPT", "a82e37b4-aee7-11ec-9a30-18602489beee", "cgroup/recv_accept6", "sock_addr", 2),
  row(7, "BPF_CGROUP_SOCK_OPS", "837d02cd-3251-4632-8d94-60d3b45769f2", "sockops", "sockops", 2),
  row(8, "BPF_ATTACH_TYPE_SAMPLE", "f788ef4b-207d-4dc3-85cf-0f2ea107213c", "sample_ext", "sample", 0),
  row(
    10,
    "BPF_ATTACH_TYPE_NETEVENT",
    "68011b08-ab6b-4b46-85e4-67bae1afe741",
    "netevent_monitor",
    "netevent_monitor",
    1,
  ),
  row(11, "BPF_ATTACH_TYPE_PROCESS", "66e20687-9805-4458-a0db-38e220d31685", "process", "process", 0),
  row(
    12,
    "BPF_CGROUP_INET4_CONNECT_AUTHORIZATION",
    "6076c13a-f04f-4ff8-8380-908553f22276",
    "cgroup/connect_authorization4",
    "sock_addr",
    2,
  ),
  row(
    13,
    "BPF_CGROUP_INET6_CONNECT_AUTHORIZATION",
    "54b0b6ed-432a-4674-8b27-8d9f5b40c675",
    "cgroup/connect_authorization6",
    "sock_addr",
    2,
  ),
  row(14, "BPF_CGROUP_INET4_BIND", "0d7ce21a-7773-405c-93b6-d5bfb92e74bc", "cgroup/bind4", "sock_addr", 2),
  row(15, "BPF_CGROUP_INET6_BIND", "81de64c0-2973-468d-8382-6769f033d759", "cgroup/bind6", "sock_addr", 2),
  row(16, "BPF_CGROUP_INET4_LISTEN", "e1b0cb3d-d70c-4ee2-b23a-0742bedb06d6", "cgroup/listen4", "sock_addr", 2),
  row(17, "BPF_CGROUP_INET6_LISTEN", "4e72f92e-5ed0-4fe5-b851-b124fe14074d", "cgroup/listen6", "sock_addr", 2),
];
