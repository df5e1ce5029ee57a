// Linux: a program for each hook that Windows lacks, which counts how often it ran.
#include "linux.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 8);
  __type(key, __u32);
  __type(value, __u64);
} runs SEC(".maps");

static void count(__u32 hook) {
  __u64* value = bpf_map_lookup_elem(&runs, &hook);
  if (value) __sync_fetch_and_add(value, 1);
}

SEC("classifier")
int at_ingress(void* context) {
  (void)context;
  count(0);
  return -1;  // TCX_NEXT
}

SEC("classifier/egress")
int at_egress(void* context) {
  (void)context;
  count(1);
  return -1;
}

SEC("cgroup/bind4")
int at_bind(void* context) {
  (void)context;
  count(2);
  return 1;
}

SEC("raw_tp/sched_switch")
int at_raw_tracepoint(void* context) {
  (void)context;
  count(3);
  return 0;
}

SEC("tracepoint/syscalls/sys_enter_getppid")
int at_tracepoint(void* context) {
  (void)context;
  count(4);
  return 0;
}

SEC("kprobe/do_nanosleep")
int at_probe(void* context) {
  (void)context;
  count(5);
  return 0;
}

char license_text[] SEC("license") = "GPL";
