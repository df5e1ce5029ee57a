/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare data + 13 with data_end first, and leave if it is greater */
#include <winbpf/xdp.h>
SEC("xdp")
int reversed_check(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    if (data + 14 > end)
        return XDP_PASS;
    return data[12] == 8 ? XDP_DROP : XDP_PASS;
}
