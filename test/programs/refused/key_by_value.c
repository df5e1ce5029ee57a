/* SPDX-License-Identifier: MIT */
/* Passes the key itself where its address belongs. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int key_by_value(xdp_md_t *ctx)
{
    uint64_t key = ctx->ingress_ifindex;
    return bpf_map_lookup_elem(&counts, (const void *)key) ? XDP_DROP : XDP_PASS;
}
