/* SPDX-License-Identifier: MIT */
/* Compares the addresses of two map values. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int compare_values(xdp_md_t *ctx)
{
    uint64_t key = ctx->ingress_ifindex;
    uint64_t *first = bpf_map_lookup_elem(&counts, &key);
    key++;
    uint64_t *second = bpf_map_lookup_elem(&counts, &key);
    if (!first || !second)
        return XDP_PASS;
    return first > second ? XDP_DROP : XDP_PASS;
}
