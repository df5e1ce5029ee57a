/* SPDX-License-Identifier: MIT */
/* Sets a size under a condition, and uses it under the same one. Safe: the large size is not used. */
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
int same_condition(xdp_md_t *ctx)
{
    uint32_t zero = 0;
    struct table *table = bpf_map_lookup_elem(&tables, &zero);
    if (!table)
        return XDP_PASS;
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    uint32_t mode = data[0] & 1, size = 40;
    if (mode)
        size = 60;
    asm volatile("" : "+r"(mode), "+r"(size));
    if (mode)
        return XDP_PASS;
    return table->entries[size + 20];
}
