/* SPDX-License-Identifier: MIT */
/* Deletes by a key of 8 bytes, of which only 4 are known to be in the packet. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int short_key(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 4 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return bpf_map_delete_elem(&counts, data) == 0;
}
