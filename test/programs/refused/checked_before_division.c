/* SPDX-License-Identifier: MIT */
/* Checks a number, and uses a quotient that was made before the check. Safe: it is below 64. */
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
int checked_before_division(xdp_md_t *ctx)
{
    uint32_t zero = 0;
    struct table *table = bpf_map_lookup_elem(&tables, &zero);
    if (!table)
        return XDP_PASS;
    uint32_t number = ctx->ingress_ifindex, index = number / 4;
    asm volatile("" : "+r"(index));
    if (number >= 256)
        return XDP_PASS;
    return table->entries[index];
}
