/* SPDX-License-Identifier: MIT */
/* Mended as the report says: load data and data_end from the context again after bpf_xdp_adjust_head, and compare
 * them again */
#include <winbpf/xdp.h>
SEC("xdp")
int stale_packet(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    bpf_xdp_adjust_head(ctx, 4);
    data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return data[0];
}
