/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare it with 0 after bpf_map_lookup_elem, and use it only where it is not 0 */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int null_lookup(xdp_md_t *ctx)
{
    uint64_t key = ctx->ingress_ifindex;
    uint64_t *count = bpf_map_lookup_elem(&counts, &key);
    if (!count)
        return XDP_PASS;
    *count += 1;
    return XDP_PASS;
}
