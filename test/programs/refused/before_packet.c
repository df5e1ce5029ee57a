/* SPDX-License-Identifier: MIT */
/* Reads before the start of the packet. */
#include <winbpf/xdp.h>
SEC("xdp")
int before_packet(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return data[-2];
}
