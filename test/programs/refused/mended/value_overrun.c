/* SPDX-License-Identifier: MIT */
/* Mended as the report says: stay inside of the value, or make the map's value at least 16 bytes large */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t[2]);
} counts SEC(".maps");

SEC("xdp")
int value_overrun(xdp_md_t *ctx)
{
    uint64_t key = ctx->ingress_ifindex;
    uint64_t *count = bpf_map_lookup_elem(&counts, &key);
    if (!count)
        return XDP_PASS;
    return count[1] != 0;
}
