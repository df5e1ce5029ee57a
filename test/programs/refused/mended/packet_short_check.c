/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare data + 24 with data_end first, and leave if it is greater */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_short_check(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    if (data + 24 > end)
        return XDP_PASS;
    return data[23] == 17 ? XDP_DROP : XDP_PASS;
}
