/* SPDX-License-Identifier: MIT */
/* Mended as the report says: use r1 only where it is not 0: the way there shows that bpf_map_lookup_elem found
 * nothing */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int second_lookup(xdp_md_t *ctx)
{
    uint64_t key = ctx->ingress_ifindex;
    uint64_t *first = bpf_map_lookup_elem(&counts, &key);
    if (!first)
        return XDP_PASS;
    key++;
    uint64_t *second = bpf_map_lookup_elem(&counts, &key);
    if (!second)
        return XDP_PASS;
    return *(volatile uint64_t *)second == 1 ? XDP_DROP : XDP_PASS;
}
