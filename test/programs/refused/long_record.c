/* SPDX-License-Identifier: MIT */
/* Sends 64 bytes to user mode from a record of 16. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 65536);
} events SEC(".maps");

struct record {
    uint64_t bytes;
    uint32_t interface;
};

SEC("xdp")
int long_record(xdp_md_t *ctx)
{
    struct record record = {.bytes = 1, .interface = ctx->ingress_ifindex};
    bpf_ringbuf_output(&events, &record, 64, 0);
    return XDP_PASS;
}
