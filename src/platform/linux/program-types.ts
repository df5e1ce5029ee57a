/** Offsets of a context's pointer fields in bytes; -1 where the context has none. */
export interface LinuxContext {
  /** Bytes. */
  readonly size: number;
  readonly data: number;
  readonly end: number;
  readonly meta: number;
}

/** Contexts by the name of their struct. Types that share a struct share their helpers. */
export const linuxContexts = {
  cgroup_dev: { size: 12, data: -1, end: -1, meta: -1 },
  cgroup_sock: { size: 80, data: -1, end: -1, meta: -1 },
  cgroup_sysctl: { size: 8, data: -1, end: -1, meta: -1 },
  flow_dissector: { size: 192, data: 76, end: 80, meta: -1 },
  kprobe: { size: 608, data: -1, end: -1, meta: -1 },
  lirc_mode2: { size: 4, data: -1, end: -1, meta: -1 },
  netfilter: { size: 16, data: -1, end: -1, meta: -1 },
  perf_event: { size: 632, data: -1, end: -1, meta: -1 },
  sk_buff: { size: 192, data: 76, end: 80, meta: 140 },
  sk_lookup: { size: 72, data: -1, end: -1, meta: -1 },
  sk_msg_md: { size: 80, data: 0, end: 8, meta: -1 },
  sk_reuseport: { size: 56, data: 0, end: 8, meta: -1 },
  sock_addr: { size: 72, data: -1, end: -1, meta: -1 },
  sock_ops: { size: 224, data: -1, end: -1, meta: -1 },
  sockopt: { size: 40, data: -1, end: -1, meta: -1 },
  syscall: { size: 65535, data: -1, end: -1, meta: -1 },
  tracepoint: { size: 2048, data: -1, end: -1, meta: -1 },
  tracing: { size: 96, data: -1, end: -1, meta: -1 },
  unspec: { size: 0, data: -1, end: -1, meta: -1 },
  xdp_md: { size: 24, data: 0, end: 4, meta: 8 },
} as const satisfies Readonly<Record<string, LinuxContext>>;

export type LinuxContextName = keyof typeof linuxContexts;

export interface LinuxProgramType {
  readonly name: string;
  /** `bpf_prog_type`. */
  readonly number: number;
  /** Section prefixes whose programs may sleep. */
  readonly sleepablePrefixes: readonly string[];
  /** May leak pointers. */
  readonly isPrivileged: boolean;
  readonly context: LinuxContextName;
}

const row = (
  name: string,
  number: number,
  context: LinuxContextName,
  options: Partial<Pick<LinuxProgramType, "sleepablePrefixes" | "isPrivileged">> = {},
): LinuxProgramType => ({
  name,
  number,
  sleepablePrefixes: [],
  isPrivileged: false,
  context,
  ...options,
});

/** Linux' program types, with the contexts and restrictions of PREVAIL (vbpf/prevail b4318633, src/linux). */
export const linuxProgramTypes: readonly LinuxProgramType[] = [
  row("unspec", 0, "unspec"),
  row("socket_filter", 1, "sk_buff"),
  row("xdp", 6, "xdp_md"),
  row("cgroup_device", 15, "cgroup_dev"),
  row("cgroup_skb", 8, "sk_buff"),
  row("cgroup_sock", 9, "cgroup_sock"),
  row("kprobe", 2, "kprobe", { isPrivileged: true }),
  row("lwt_in", 10, "sk_buff"),
  row("lwt_out", 11, "sk_buff"),
  row("lwt_xmit", 12, "sk_buff"),
  row("perf_event", 7, "perf_event"),
  row("sched_act", 4, "sk_buff"),
  row("sched_cls", 3, "sk_buff"),
  row("sk_skb", 14, "sk_buff"),
  row("sock_ops", 13, "sock_ops"),
  row("tracepoint", 5, "tracepoint"),
  row("cgroup_sockopt", 25, "sockopt"),
  row("sk_msg", 16, "sk_msg_md"),
  row("raw_tracepoint", 17, "tracepoint", { isPrivileged: true }),
  row("raw_tracepoint_writable", 24, "tracepoint", { isPrivileged: true }),
  row("cgroup_sock_addr", 18, "sock_addr"),
  row("lwt_seg6local", 19, "sk_buff"),
  row("lirc_mode2", 20, "lirc_mode2"),
  row("sk_reuseport", 21, "sk_reuseport"),
  row("flow_dissector", 22, "flow_dissector"),
  row("cgroup_sysctl", 23, "cgroup_sysctl"),
  row("ext", 28, "unspec"),
  row("tracing", 26, "tracing", {
    sleepablePrefixes: ["fentry.s/", "fexit.s/", "fmod_ret.s/", "iter.s/", "tp_btf.s/"],
  }),
  row("struct_ops", 27, "tracing", { sleepablePrefixes: ["struct_ops.s/"] }),
  row("lsm", 29, "tracing", { sleepablePrefixes: ["lsm.s/"] }),
  row("sk_lookup", 30, "sk_lookup"),
  row("syscall", 31, "syscall", { sleepablePrefixes: ["syscall/"] }),
  row("netfilter", 32, "netfilter"),
  row("lxc", 1, "sk_buff"),
];
