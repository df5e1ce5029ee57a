/* SPDX-License-Identifier: MIT */
/* Asks for 14 bytes, reads the 24th. */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_short_check(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    if (data + 14 > end)
        return XDP_PASS;
    return data[23] == 17 ? XDP_DROP : XDP_PASS;
}
