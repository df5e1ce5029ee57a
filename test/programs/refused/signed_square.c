/* SPDX-License-Identifier: MIT */
/* Squares a number from -7 to 7. Safe: a square is 0 to 49. */
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
int signed_square(xdp_md_t *ctx)
{
    uint32_t zero = 0;
    struct table *table = bpf_map_lookup_elem(&tables, &zero);
    if (!table)
        return XDP_PASS;
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    int32_t number = (int32_t)(data[0] & 15) - 8;
    asm volatile("" : "+r"(number));
    if (number < -7)
        return XDP_PASS;
    return table->entries[(uint32_t)(number * number)];
}
