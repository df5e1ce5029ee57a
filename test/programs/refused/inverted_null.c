/* SPDX-License-Identifier: MIT */
/* Uses what a lookup found where it found nothing. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int inverted_null(xdp_md_t *ctx)
{
    uint64_t key = ctx->ingress_ifindex;
    volatile uint64_t *count = bpf_map_lookup_elem(&counts, &key);
    if (count)
        return XDP_PASS;
    return *count == 1 ? XDP_DROP : XDP_PASS;
}
