// Linux: writes numbered events of 32 bytes into a ring buffer or a perf event array, and counts those without room.
#include "linux.h"

struct event {
  __u64 number;
  __u64 copies[3];
};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1048576);
} ring SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __uint(max_entries, 64);
  __type(key, __u32);
  __type(value, __u32);
} perf SEC(".maps");

__u64 written = 0;
__u64 refused = 0;

SEC("xdp")
int write_ring(struct xdp_md* context) {
  (void)context;
  __u64 number = written;
  struct event event = {number, {number, number, number}};
  if (bpf_ringbuf_output(&ring, &event, sizeof(event), 0) == 0)
    written = number + 1;
  else
    refused++;
  return XDP_PASS;
}

SEC("xdp")
int write_perf(struct xdp_md* context) {
  __u64 number = written;
  struct event event = {number, {number, number, number}};
  if (bpf_perf_event_output(context, &perf, 0xffffffffULL, &event, sizeof(event)) == 0)
    written = number + 1;
  else
    refused++;
  return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
