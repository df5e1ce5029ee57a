/* SPDX-License-Identifier: MIT */
/* Checks an index, and uses what was made from it before the check. Safe: 4 times below 16 is below 64. */
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
int checked_before_shift(xdp_md_t *ctx)
{
    uint32_t zero = 0;
    struct table *table = bpf_map_lookup_elem(&tables, &zero);
    if (!table)
        return XDP_PASS;
    uint32_t row = ctx->ingress_ifindex, start = row << 2;
    asm volatile("" : "+r"(start));
    if (row >= 16)
        return XDP_PASS;
    return table->entries[start];
}
