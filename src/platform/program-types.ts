/**
 * Windows' program types: numbers and GUIDs from ebpf-for-windows' include/ebpf_structs.h and
 * include/ebpf_program_attach_type_guids.h, contexts from include/ebpf_nethooks.h, tests/include/xdp_hooks.h and
 * ntosebpfext's include. Offsets and sizes are bytes on x64.
 */
export interface ContextField {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** A pointer to the data's start, end or metadata; absent for scalars, which programs may read and write. */
  readonly pointer?: "data" | "end" | "meta";
}

export interface ContextRow {
  /** C name of the struct. */
  readonly name: string;
  readonly size: number;
  /** Offsets of the pointer fields; -1 where the context has none. */
  readonly data: number;
  readonly end: number;
  readonly meta: number;
  readonly fields: readonly ContextField[];
}

export interface ProgramTypeRow {
  readonly name: string;
  /** `bpf_prog_type`; undefined where the type has a GUID only. */
  readonly number: number | undefined;
  readonly guid: string;
  readonly sectionPrefixes: readonly string[];
  /** Undefined for types without a declared context. */
  readonly context: ContextRow | undefined;
  /** Return values that have names. */
  readonly verdicts: readonly { readonly name: string; readonly value: number }[];
}

const field = (name: string, offset: number, size: number): ContextField => ({ name, offset, size });
const pointer = (name: string, offset: number, kind: "data" | "end" | "meta"): ContextField => ({
  name,
  offset,
  size: 8,
  pointer: kind,
});

/** Every program type that Windows knows by name. */
export const programTypes: readonly ProgramTypeRow[] = [
  {
    name: "unspec",
    number: 0,
    guid: "00000000-0000-0000-0000-000000000000",
    sectionPrefixes: [],
    context: undefined,
    verdicts: [],
  },
  {
    name: "xdp",
    number: 1,
    guid: "f1832a85-85d5-45b0-98a0-7069d63013b0",
    sectionPrefixes: ["xdp"],
    context: {
      name: "xdp_md_t",
      size: 32,
      data: 0,
      end: 8,
      meta: 16,
      fields: [
        pointer("data", 0, "data"),
        pointer("data_end", 8, "end"),
        pointer("data_meta", 16, "meta"),
        field("ingress_ifindex", 24, 4),
      ],
    },
    verdicts: [
      { name: "XDP_PASS", value: 1 },
      { name: "XDP_DROP", value: 2 },
      { name: "XDP_TX", value: 3 },
    ],
  },
  {
    name: "bind",
    number: 2,
    guid: "608c517c-6c52-4a26-b677-bb1c34425adf",
    sectionPrefixes: ["bind"],
    context: {
      name: "bind_md_t",
      size: 56,
      data: 0,
      end: 8,
      meta: -1,
      fields: [
        pointer("app_id_start", 0, "data"),
        pointer("app_id_end", 8, "end"),
        field("process_id", 16, 8),
        field("socket_address", 24, 16),
        field("socket_address_length", 40, 1),
        field("operation", 44, 4),
        field("protocol", 48, 1),
      ],
    },
    verdicts: [
      { name: "BIND_PERMIT_SOFT", value: 0 },
      { name: "BIND_DENY", value: 1 },
      { name: "BIND_REDIRECT", value: 2 },
      { name: "BIND_PERMIT_HARD", value: 3 },
      { name: "BIND_PERMIT", value: 0 },
    ],
  },
  {
    name: "sock_addr",
    number: 3,
    guid: "92ec8e39-aeec-11ec-9a30-18602489beee",
    sectionPrefixes: [
      "cgroup/connect4",
      "cgroup/connect6",
      "cgroup/recv_accept4",
      "cgroup/recv_accept6",
      "cgroup/connect_authorization4",
      "cgroup/connect_authorization6",
      "cgroup/bind4",
      "cgroup/bind6",
      "cgroup/listen4",
      "cgroup/listen6",
    ],
    context: {
      name: "bpf_sock_addr_t",
      size: 64,
      data: -1,
      end: -1,
      meta: -1,
      fields: [
        field("family", 0, 4),
        field("msg_src_ip4", 4, 4),
        field("msg_src_ip6", 4, 16),
        field("msg_src_port", 20, 2),
        field("user_ip4", 24, 4),
        field("user_ip6", 24, 16),
        field("user_port", 40, 2),
        field("protocol", 44, 4),
        field("compartment_id", 48, 4),
        field("interface_luid", 56, 8),
      ],
    },
    verdicts: [
      { name: "BPF_SOCK_ADDR_VERDICT_REJECT", value: 0 },
      { name: "BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT", value: 1 },
      { name: "BPF_SOCK_ADDR_VERDICT_PROCEED_HARD", value: 2 },
    ],
  },
  {
    name: "sockops",
    number: 4,
    guid: "43fb224d-68f8-46d6-aa3f-c856518cbb32",
    sectionPrefixes: ["sockops"],
    context: {
      name: "bpf_sock_ops_t",
      size: 64,
      data: -1,
      end: -1,
      meta: -1,
      fields: [
        field("op", 0, 4),
        field("family", 4, 4),
        field("local_ip4", 8, 4),
        field("local_ip6", 8, 16),
        field("local_port", 24, 4),
        field("remote_ip4", 28, 4),
        field("remote_ip6", 28, 16),
        field("remote_port", 44, 4),
        field("protocol", 48, 1),
        field("compartment_id", 52, 4),
        field("interface_luid", 56, 8),
      ],
    },
    verdicts: [{ name: "PERMIT", value: 0 }],
  },
  {
    name: "netevent_monitor",
    number: 5,
    guid: "fc4adc85-49c3-4f0a-8393-facce89cde91",
    sectionPrefixes: ["netevent_monitor"],
    context: {
      name: "netevent_event_md_t",
      size: 24,
      data: 8,
      end: 16,
      meta: 0,
      fields: [pointer("data_meta", 0, "meta"), pointer("data", 8, "data"), pointer("data_end", 16, "end")],
    },
    verdicts: [],
  },
  {
    name: "process",
    number: 6,
    guid: "22ea7b37-1043-4d0d-b60d-cafa1c7b638e",
    sectionPrefixes: ["process"],
    context: {
      name: "process_md_t",
      size: 144,
      data: 0,
      end: 8,
      meta: -1,
      fields: [
        pointer("command_start", 0, "data"),
        pointer("command_end", 8, "end"),
        field("process_id", 16, 8),
        field("parent_process_id", 24, 8),
        field("creating_process_id", 32, 8),
        field("creating_thread_id", 40, 8),
        field("creation_time", 48, 8),
        field("exit_time", 56, 8),
        field("process_exit_code", 64, 4),
        field("operation", 68, 1),
        field("token_sid_size", 72, 4),
        field("token_sid", 76, 68),
      ],
    },
    verdicts: [{ name: "STATUS_SUCCESS", value: 0 }],
  },
  {
    name: "sample",
    number: 999,
    guid: "f788ef4a-207d-4dc3-85cf-0f2ea107213c",
    sectionPrefixes: ["sample_ext"],
    context: {
      name: "sample_program_context_t",
      size: 32,
      data: 0,
      end: 8,
      meta: -1,
      fields: [
        pointer("data_start", 0, "data"),
        pointer("data_end", 8, "end"),
        field("uint32_data", 16, 4),
        field("uint16_data", 20, 2),
        field("helper_data_1", 24, 4),
        field("helper_data_2", 28, 4),
      ],
    },
    verdicts: [],
  },
  {
    name: "xdp_test",
    number: undefined,
    guid: "ce8ccef8-4241-4975-984d-bb3921dfa73c",
    sectionPrefixes: [],
    context: undefined,
    verdicts: [],
  },
];
