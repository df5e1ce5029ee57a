/* SPDX-License-Identifier: MIT */
/* Mended as the report says: use one map in each call: call the helper separately on each path, with asm
 * volatile("") behind one of the calls, as compilers make one of two */
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
    uint64_t number = 1;
    if (ctx->ingress_ifindex > 3) {
        int64_t result = bpf_map_update_elem(&large, &key, &number, BPF_ANY);
        asm volatile("");
        return result == 0 ? XDP_PASS : XDP_DROP;
    }
    return bpf_map_update_elem(&small, &key, &value, BPF_ANY) == 0 ? XDP_PASS : XDP_DROP;
}
