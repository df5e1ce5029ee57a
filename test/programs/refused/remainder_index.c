/* SPDX-License-Identifier: MIT */
/* The remainder of a division by 1 to 32. Safe: it is below 32. */
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
int remainder_index(xdp_md_t *ctx)
{
    uint32_t zero = 0;
    struct table *table = bpf_map_lookup_elem(&tables, &zero);
    if (!table)
        return XDP_PASS;
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    uint32_t buckets = (data[4] & 31) + 1;
    asm volatile("" : "+r"(buckets));
    return table->entries[*(const uint32_t *)data % buckets];
}
