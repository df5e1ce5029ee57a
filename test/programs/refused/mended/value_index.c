/* SPDX-License-Identifier: MIT */
/* Mended as the report says: make the index an unsigned 64-bit number, and leave if it is not below the number of
 * elements, or mask it, before it is used: the offset into the value may be 63 at most */
#include <winbpf/xdp.h>
struct table {
    uint8_t entries[64];
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, struct table);
} tables SEC(".maps");

SEC("xdp")
int value_index(xdp_md_t *ctx)
{
    uint32_t zero = 0;
    struct table *table = bpf_map_lookup_elem(&tables, &zero);
    if (!table)
        return XDP_PASS;
    uint64_t index = ctx->ingress_ifindex;
    asm volatile("" : "+r"(index));
    if (index >= 64)
        return XDP_PASS;
    return table->entries[index];
}
