// Linux, XDP: counts IPv4 packets by protocol, writes an event for every ICMP packet, and drops what is told to.
#include "linux.h"

struct event {
  __u32 length;
  __u32 interface;
};

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 256);
  __type(key, __u32);
  __type(value, __u64);
} packets_by_protocol SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 65536);
} events SEC(".maps");

volatile const __u32 dropped_protocol = 0xffffffff;
__u64 seen = 0;

SEC("xdp")
int count_icmp(struct xdp_md* context) {
  __u8* data = (__u8*)(long)context->data;
  __u8* end = (__u8*)(long)context->data_end;
  if (data + 34 > end) return XDP_PASS;
  if (data[12] != 8 || data[13] != 0) return XDP_PASS;
  __u32 protocol = data[23];
  __sync_fetch_and_add(&seen, 1);
  __u64* count = bpf_map_lookup_elem(&packets_by_protocol, &protocol);
  if (count) {
    __sync_fetch_and_add(count, 1);
  } else {
    __u64 one = 1;
    bpf_map_update_elem(&packets_by_protocol, &protocol, &one, 0);
  }
  if (protocol == 1) {
    struct event event = {(__u32)(end - data), context->ingress_ifindex};
    bpf_ringbuf_output(&events, &event, sizeof(event), 0);
  }
  return protocol == dropped_protocol ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
