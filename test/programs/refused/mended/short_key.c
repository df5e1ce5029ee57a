/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass the address of a variable that is 8 bytes large, as the map's key is; of packet
 * data compare all 8 bytes with data_end first */
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
    if (data + 8 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return bpf_map_delete_elem(&counts, data) == 0;
}
