/* SPDX-License-Identifier: MIT */
/* Sends a record whose padding was never written. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 65536);
} events SEC(".maps");

struct record {
    uint64_t bytes;
    uint32_t interface; /* four bytes of padding follow */
};

SEC("xdp")
int padding(xdp_md_t *ctx)
{
    struct record record;
    record.bytes = (uint64_t)(ctx->data_end - ctx->data);
    record.interface = ctx->ingress_ifindex;
    bpf_ringbuf_output(&events, &record, sizeof(record), 0);
    return XDP_PASS;
}
