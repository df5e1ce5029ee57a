/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass the address of a map that is declared in the object, as in &my_map */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int value_for_map(xdp_md_t *ctx)
{
    uint64_t key = ctx->ingress_ifindex;
    uint64_t *inner = bpf_map_lookup_elem(&counts, &key);
    if (!inner)
        return XDP_PASS;
    return bpf_map_lookup_elem(&counts, inner) ? XDP_DROP : XDP_PASS;
}
