/* SPDX-License-Identifier: MIT */
/* Uses a packet pointer after a helper that moves the packet. */
#include <winbpf/xdp.h>
SEC("xdp")
int stale_packet(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    bpf_xdp_adjust_head(ctx, 4);
    return data[0];
}
