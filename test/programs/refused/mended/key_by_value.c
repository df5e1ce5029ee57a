/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass the address of a variable on the stack, of packet data or of a map value */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int key_by_value(xdp_md_t *ctx)
{
    uint64_t key = ctx->ingress_ifindex;
    return bpf_map_lookup_elem(&counts, &key) ? XDP_DROP : XDP_PASS;
}
