/** One row: a program type and the section prefixes that stand for it. */
type Row = readonly [type: string, ...prefixes: string[]];

/** In order: the first row with a matching prefix wins. Type names and order as in PREVAIL's Linux platform. */
const rows: readonly Row[] = [
  ["socket_filter", "socket"],
  ["xdp", "xdp"],
  ["cgroup_device", "cgroup/dev"],
  ["cgroup_skb", "cgroup/skb"],
  ["cgroup_sock", "cgroup/sock"],
  ["kprobe", "kprobe/", "kretprobe/"],
  ["lwt_in", "lwt_in"],
  ["lwt_out", "lwt_out"],
  ["lwt_xmit", "lwt_xmit"],
  ["perf_event", "perf_section", "perf_event"],
  ["sched_act", "action"],
  ["sched_cls", "classifier"],
  ["sk_skb", "sk_skb"],
  ["sock_ops", "sockops"],
  ["tracepoint", "tracepoint/"],
  ["cgroup_sockopt", "cgroup/getsockopt", "cgroup/setsockopt"],
  ["sk_msg", "sk_msg"],
  ["raw_tracepoint", "raw_tracepoint/", "raw_tp/"],
  ["raw_tracepoint_writable", "raw_tracepoint.w/", "raw_tp.w/"],
  [
    "cgroup_sock_addr",
    "cgroup/bind",
    "cgroup/post_bind",
    "cgroup/connect",
    "cgroup/sendmsg",
    "cgroup/recvmsg",
    "cgroup/getpeername",
    "cgroup/getsockname",
  ],
  ["lwt_seg6local", "lwt_seg6local"],
  ["lirc_mode2", "lirc_mode2"],
  ["sk_reuseport", "sk_reuseport/"],
  ["flow_dissector", "flow_dissector"],
  ["cgroup_sysctl", "cgroup/sysctl"],
  ["ext", "freplace/"],
  [
    "tracing",
    "fentry/",
    "fentry.s/",
    "fexit/",
    "fexit.s/",
    "fmod_ret/",
    "fmod_ret.s/",
    "iter/",
    "iter.s/",
    "tp_btf/",
    "tp_btf.s/",
  ],
  ["struct_ops", "struct_ops/", "struct_ops.s/"],
  ["lsm", "lsm/", "lsm.s/"],
  ["sk_lookup", "sk_lookup/"],
  ["syscall", "syscall/"],
  ["netfilter", "netfilter/"],
];

/**
 * The program type that a section of an object for Linux stands for. Cilium's objects name their sections by number:
 * for paths with `cilium` and `xdp` or `lxc` in them the path decides.
 */
export function linuxSectionType(section: string, path = ""): string {
  if (path.includes("cilium") && path.includes("xdp")) return "xdp";
  if (path.includes("cilium") && path.includes("lxc")) return "lxc";
  return rows.find(([, ...prefixes]) => prefixes.some((prefix) => section.startsWith(prefix)))?.[0] ?? "socket_filter";
}
