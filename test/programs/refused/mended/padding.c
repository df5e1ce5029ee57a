/* SPDX-License-Identifier: MIT */
/* Mended as the report says: initialise the whole variable, padding included, before its members are set:
 * memset(&it, 0, sizeof(it)) */
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
    __builtin_memset(&record, 0, sizeof(record));
    record.bytes = (uint64_t)(ctx->data_end - ctx->data);
    record.interface = ctx->ingress_ifindex;
    bpf_ringbuf_output(&events, &record, sizeof(record), 0);
    return XDP_PASS;
}
