export interface LinuxMapType {
  /** `bpf_map_type`. */
  readonly number: number;
  readonly name: string;
  /** Keys are indexes below `max_entries`. */
  readonly isArray: boolean;
  readonly valueType: "any" | "map" | "program";
}

const row = (
  number: number,
  name: string,
  options: Partial<Pick<LinuxMapType, "isArray" | "valueType">> = {},
): LinuxMapType => ({ number, name, isArray: false, valueType: "any", ...options });

/** Linux' map types (include/uapi/linux/bpf.h); the index is the number. */
export const linuxMapTypes: readonly LinuxMapType[] = [
  row(0, "unspec"),
  row(1, "hash"),
  row(2, "array", { isArray: true }),
  row(3, "prog_array", { isArray: true, valueType: "program" }),
  row(4, "perf_event_array", { isArray: true }),
  row(5, "percpu_hash"),
  row(6, "percpu_array", { isArray: true }),
  row(7, "stack_trace"),
  row(8, "cgroup_array", { isArray: true }),
  row(9, "lru_hash"),
  row(10, "lru_percpu_hash"),
  row(11, "lpm_trie"),
  row(12, "array_of_maps", { isArray: true, valueType: "map" }),
  row(13, "hash_of_maps", { valueType: "map" }),
  row(14, "devmap"),
  row(15, "sockmap"),
  row(16, "cpumap"),
  row(17, "xskmap"),
  row(18, "sockhash"),
  row(19, "cgroup_storage"),
  row(20, "reuseport_sockarray"),
  row(21, "percpu_cgroup_storage"),
  row(22, "queue"),
  row(23, "stack"),
  row(24, "sk_storage"),
  row(25, "devmap_hash"),
  row(26, "struct_ops"),
  row(27, "ringbuf"),
  row(28, "inode_storage"),
  row(29, "task_storage"),
  row(30, "bloom_filter"),
  row(31, "user_ringbuf"),
  row(32, "cgrp_storage"),
  row(33, "arena"),
];
