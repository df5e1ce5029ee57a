/* SPDX-License-Identifier: MIT */
/* Mended as the report says: store numbers there: a pointer would tell others the kernel's addresses; the stack
 * may hold pointers */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int pointer_store(xdp_md_t *ctx)
{
    uint64_t key = 0;
    uint64_t *count = bpf_map_lookup_elem(&counts, &key);
    if (count)
        *count = (uint64_t)((uint8_t *)ctx->data_end - (uint8_t *)ctx->data);
    return XDP_PASS;
}
