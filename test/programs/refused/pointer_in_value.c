/* SPDX-License-Identifier: MIT */
/* Keeps the packet's address in a map, through a helper. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int pointer_in_value(xdp_md_t *ctx)
{
    uint64_t key = 0;
    uint64_t value = (uint64_t)ctx->data;
    bpf_map_update_elem(&counts, &key, &value, BPF_ANY);
    return XDP_PASS;
}
