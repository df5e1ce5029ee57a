/* SPDX-License-Identifier: MIT */
/* Mended as the report says: look a value up with bpf_map_lookup_elem: a map's own memory cannot be read */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int map_dereference(xdp_md_t *ctx)
{
    uint64_t key = ctx->ingress_ifindex;
    uint64_t *count = bpf_map_lookup_elem(&counts, &key);
    return count ? *(volatile int *)count : 0;
}
