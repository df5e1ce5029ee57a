/* SPDX-License-Identifier: MIT */
/* Mended as the report says: store numbers only: what is in a map can be read by others, and a pointer tells the
 * kernel's addresses */
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
    uint64_t value = (uint64_t)((uint8_t *)ctx->data_end - (uint8_t *)ctx->data);
    bpf_map_update_elem(&counts, &key, &value, BPF_ANY);
    return XDP_PASS;
}
