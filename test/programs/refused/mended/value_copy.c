/* SPDX-License-Identifier: MIT */
/* Mended as the report says: leave if r4 is above 64, before the call */
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
int value_copy(xdp_md_t *ctx)
{
    uint8_t copy[256] = {0};
    uint32_t zero = 0;
    struct table *table = bpf_map_lookup_elem(&tables, &zero);
    if (!table)
        return XDP_PASS;
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    uint64_t size = data[0];
    if (size == 0 || size > 64)
        return XDP_PASS;
    bpf_memcpy_s(copy, sizeof(copy), table->entries, size);
    return copy[0] == 1 ? XDP_DROP : XDP_PASS;
}
