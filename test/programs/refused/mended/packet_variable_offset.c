/* SPDX-License-Identifier: MIT */
/* Mended as the report says: make the index unsigned, or check that it is not below 0, and mask it or leave if it
 * is above a constant, before it is added to the pointer */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_variable_offset(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    if (data + 14 > end)
        return XDP_PASS;
    uint64_t offset = *(const uint64_t *)data & 0xfff;
    const uint8_t *field = data + offset;
    if (field + 1 > end)
        return XDP_PASS;
    return *field;
}
