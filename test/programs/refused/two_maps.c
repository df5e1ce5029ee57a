/* SPDX-License-Identifier: MIT */
/* One call for two maps whose values differ in size. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint32_t);
    __type(value, uint32_t);
} small SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint32_t);
    __type(value, uint64_t);
} large SEC(".maps");

SEC("xdp")
int two_maps(xdp_md_t *ctx)
{
    uint32_t key = 0, value = 1;
    void *map = &small;
    if (ctx->ingress_ifindex > 3)
        map = &large;
    return bpf_map_update_elem(map, &key, &value, BPF_ANY) == 0 ? XDP_PASS : XDP_DROP;
}
