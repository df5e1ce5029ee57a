/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass the variable's own size, sizeof(it), instead of 64 */
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
    struct record record;
    __builtin_memset(&record, 0, sizeof(record));
    record.bytes = 1;
    record.interface = ctx->ingress_ifindex;
    bpf_ringbuf_output(&events, &record, sizeof(record), 0);
    return XDP_PASS;
}
