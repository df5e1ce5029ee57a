/**
 * Helper prototypes of ebpf-for-windows: ids from include/ebpf_structs.h, arguments as the verifier sees them from
 * libs/execution_context/ebpf_general_helpers.c and netebpfext's, ntosebpfext's and the sample extension's tables.
 * From id 4 on the numbers are Windows' own.
 */
export type HelperArgument =
  | "PTR_TO_MAP"
  | "PTR_TO_MAP_KEY"
  | "PTR_TO_MAP_VALUE"
  | "ANYTHING"
  | "PTR_TO_CTX"
  | "PTR_TO_MAP_OF_PROGRAMS"
  | "PTR_TO_READABLE_MEM_OR_NULL"
  | "CONST_SIZE_OR_ZERO"
  | "PTR_TO_READABLE_MEM"
  | "CONST_SIZE"
  | "PTR_TO_WRITABLE_MEM";

export type HelperReturn = "PTR_TO_MAP_VALUE_OR_NULL" | "INTEGER" | "INTEGER_OR_NO_RETURN_IF_SUCCEED";

export interface HelperRow {
  readonly id: number;
  readonly name: string;
  readonly returns: HelperReturn;
  /** At most five; shorter where the helper ignores the rest. */
  readonly arguments: readonly HelperArgument[];
  /** Packet pointers that the program holds are invalid afterwards. */
  readonly reallocatesPacket: boolean;
  /** The runtime passes the context although the prototype does not name it. */
  readonly implicitContext: boolean;
}

const row = (
  id: number,
  name: string,
  returns: HelperReturn,
  args: readonly HelperArgument[],
  options: Partial<Pick<HelperRow, "reallocatesPacket" | "implicitContext">> = {},
): HelperRow => ({ id, name, returns, arguments: args, reallocatesPacket: false, implicitContext: false, ...options });

/** Helpers that every program type has, in the order of their ids (1 to 35). */
export const generalHelpers: readonly HelperRow[] = [
  row(1, "bpf_map_lookup_elem", "PTR_TO_MAP_VALUE_OR_NULL", ["PTR_TO_MAP", "PTR_TO_MAP_KEY"]),
  row(2, "bpf_map_update_elem", "INTEGER", ["PTR_TO_MAP", "PTR_TO_MAP_KEY", "PTR_TO_MAP_VALUE", "ANYTHING"]),
  row(3, "bpf_map_delete_elem", "INTEGER", ["PTR_TO_MAP", "PTR_TO_MAP_KEY"]),
  row(4, "bpf_map_lookup_and_delete_elem", "PTR_TO_MAP_VALUE_OR_NULL", ["PTR_TO_MAP", "PTR_TO_MAP_KEY"]),
  row(5, "bpf_tail_call", "INTEGER_OR_NO_RETURN_IF_SUCCEED", ["PTR_TO_CTX", "PTR_TO_MAP_OF_PROGRAMS", "ANYTHING"]),
  row(6, "bpf_get_prandom_u32", "INTEGER", []),
  row(7, "bpf_ktime_get_boot_ns", "INTEGER", []),
  row(8, "bpf_get_smp_processor_id", "INTEGER", []),
  row(9, "bpf_ktime_get_ns", "INTEGER", []),
  row(10, "bpf_csum_diff", "INTEGER", [
    "PTR_TO_READABLE_MEM_OR_NULL",
    "CONST_SIZE_OR_ZERO",
    "PTR_TO_READABLE_MEM_OR_NULL",
    "CONST_SIZE_OR_ZERO",
    "ANYTHING",
  ]),
  row(11, "bpf_ringbuf_output", "INTEGER", ["PTR_TO_MAP", "PTR_TO_READABLE_MEM", "CONST_SIZE", "ANYTHING"]),
  row(12, "bpf_trace_printk2", "INTEGER", ["PTR_TO_READABLE_MEM", "CONST_SIZE"]),
  row(13, "bpf_trace_printk3", "INTEGER", ["PTR_TO_READABLE_MEM", "CONST_SIZE", "ANYTHING"]),
  row(14, "bpf_trace_printk4", "INTEGER", ["PTR_TO_READABLE_MEM", "CONST_SIZE", "ANYTHING", "ANYTHING"]),
  row(15, "bpf_trace_printk5", "INTEGER", ["PTR_TO_READABLE_MEM", "CONST_SIZE", "ANYTHING", "ANYTHING", "ANYTHING"]),
  row(16, "bpf_map_push_elem", "INTEGER", ["PTR_TO_MAP", "PTR_TO_MAP_VALUE", "ANYTHING"]),
  row(17, "bpf_map_pop_elem", "INTEGER", ["PTR_TO_MAP", "PTR_TO_MAP_VALUE"]),
  row(18, "bpf_map_peek_elem", "INTEGER", ["PTR_TO_MAP", "PTR_TO_MAP_VALUE"]),
  row(19, "bpf_get_current_pid_tgid", "INTEGER", []),
  row(20, "bpf_get_current_logon_id", "INTEGER", ["PTR_TO_CTX"]),
  row(21, "bpf_is_current_admin", "INTEGER", ["PTR_TO_CTX"]),
  row(22, "bpf_memcpy", "INTEGER", [
    "PTR_TO_WRITABLE_MEM",
    "CONST_SIZE_OR_ZERO",
    "PTR_TO_READABLE_MEM",
    "CONST_SIZE_OR_ZERO",
  ]),
  row(23, "bpf_memcmp", "INTEGER", [
    "PTR_TO_READABLE_MEM",
    "CONST_SIZE_OR_ZERO",
    "PTR_TO_READABLE_MEM",
    "CONST_SIZE_OR_ZERO",
  ]),
  row(24, "bpf_memset", "INTEGER", ["PTR_TO_WRITABLE_MEM", "CONST_SIZE_OR_ZERO", "ANYTHING"]),
  row(25, "bpf_memmove", "INTEGER", [
    "PTR_TO_WRITABLE_MEM",
    "CONST_SIZE_OR_ZERO",
    "PTR_TO_READABLE_MEM",
    "CONST_SIZE_OR_ZERO",
  ]),
  row(26, "bpf_get_socket_cookie", "INTEGER", ["PTR_TO_CTX"]),
  row(27, "bpf_strncpy_s", "INTEGER", [
    "PTR_TO_WRITABLE_MEM",
    "CONST_SIZE_OR_ZERO",
    "PTR_TO_READABLE_MEM",
    "CONST_SIZE_OR_ZERO",
  ]),
  row(28, "bpf_strncat_s", "INTEGER", [
    "PTR_TO_WRITABLE_MEM",
    "CONST_SIZE_OR_ZERO",
    "PTR_TO_READABLE_MEM",
    "CONST_SIZE_OR_ZERO",
  ]),
  row(29, "bpf_strnlen_s", "INTEGER", ["PTR_TO_READABLE_MEM", "CONST_SIZE_OR_ZERO"]),
  row(30, "bpf_ktime_get_boot_ms", "INTEGER", []),
  row(31, "bpf_ktime_get_ms", "INTEGER", []),
  row(32, "bpf_perf_event_output", "INTEGER", [
    "PTR_TO_CTX",
    "PTR_TO_MAP",
    "ANYTHING",
    "PTR_TO_READABLE_MEM",
    "CONST_SIZE",
  ]),
  row(33, "bpf_get_current_process_start_key", "INTEGER", []),
  row(34, "bpf_get_current_thread_create_time", "INTEGER", []),
  row(35, "bpf_redirect_map", "INTEGER", ["PTR_TO_MAP", "ANYTHING", "ANYTHING"]),
];

/** Helpers without an implementation unless the program type brings one: loading a program that calls them fails. */
export const unimplementedGeneralHelpers: readonly number[] = [26, 35];

/** Helpers of one program type, by its name. The same id means different things in different types. */
export const specificHelpers: Readonly<Record<string, readonly HelperRow[]>> = {
  sock_addr: [
    row(65537, "bpf_sock_addr_set_redirect_context", "INTEGER", ["PTR_TO_CTX", "PTR_TO_READABLE_MEM", "CONST_SIZE"]),
    row(65538, "bpf_sock_addr_get_network_context", "INTEGER", ["PTR_TO_CTX", "PTR_TO_WRITABLE_MEM", "CONST_SIZE"]),
  ],
  sockops: [row(65536, "bpf_sock_ops_get_flow_id", "INTEGER", ["PTR_TO_CTX"])],
  xdp: [row(65536, "bpf_xdp_adjust_head", "INTEGER", ["PTR_TO_CTX", "ANYTHING"], { reallocatesPacket: true })],
  sample: [
    row(65536, "sample_ebpf_extension_helper_function1", "INTEGER", ["PTR_TO_CTX"]),
    row(65537, "sample_ebpf_extension_find", "INTEGER", [
      "PTR_TO_READABLE_MEM",
      "CONST_SIZE",
      "PTR_TO_READABLE_MEM",
      "CONST_SIZE",
    ]),
    row(65538, "sample_ebpf_extension_replace", "INTEGER", [
      "PTR_TO_READABLE_MEM",
      "CONST_SIZE",
      "ANYTHING",
      "PTR_TO_READABLE_MEM",
      "CONST_SIZE",
    ]),
    row(65539, "sample_ebpf_extension_helper_implicit_1", "INTEGER", [], { implicitContext: true }),
    row(65540, "sample_ebpf_extension_helper_implicit_2", "INTEGER", [], { implicitContext: true }),
    row(65541, "sample_ext_helper_map_lookup_element", "PTR_TO_MAP_VALUE_OR_NULL", ["PTR_TO_MAP", "PTR_TO_MAP_KEY"], {
      implicitContext: true,
    }),
    row(
      65542,
      "sample_ext_helper_map_get_value",
      "INTEGER",
      ["PTR_TO_MAP", "PTR_TO_MAP_KEY", "PTR_TO_WRITABLE_MEM", "CONST_SIZE"],
      { implicitContext: true },
    ),
  ],
  process: [
    row(65536, "bpf_process_get_image_path", "INTEGER", ["PTR_TO_CTX", "PTR_TO_WRITABLE_MEM", "CONST_SIZE"]),
    row(65537, "bpf_process_get_account_name", "INTEGER", ["PTR_TO_CTX", "PTR_TO_WRITABLE_MEM", "CONST_SIZE"]),
    row(65538, "bpf_process_get_account_domain", "INTEGER", ["PTR_TO_CTX", "PTR_TO_WRITABLE_MEM", "CONST_SIZE"]),
  ],
  netevent_monitor: [row(65536, "bpf_netevent_push_event", "INTEGER", ["PTR_TO_CTX"])],
};

/** General helpers that a program type implements itself, by the type's name. The verifier does not see the difference. */
export const helperOverrides: Readonly<Record<string, readonly number[]>> = {
  sock_addr: [19, 20, 21, 26],
  sockops: [19],
  sample: [19, 35],
};
