/* SPDX-License-Identifier: MIT */
/* Takes an offset from the packet itself, and only checks the end. */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_variable_offset(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    if (data + 14 > end)
        return XDP_PASS;
    int64_t offset = *(const int64_t *)data;
    const uint8_t *field = data + offset;
    if (field + 1 > end)
        return XDP_PASS;
    return *field;
}
