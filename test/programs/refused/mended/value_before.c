/* SPDX-License-Identifier: MIT */
/* Mended as the report says: the value begins at the pointer that the lookup gave: use no offset below 0 */
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
int value_before(xdp_md_t *ctx)
{
    (void)ctx;
    uint32_t zero = 0;
    struct table *table = bpf_map_lookup_elem(&tables, &zero);
    if (!table)
        return XDP_PASS;
    const uint8_t *before = table->entries;
    asm volatile("" : "+r"(before));
    return before[0];
}
