/* SPDX-License-Identifier: MIT */
/* Divides by a number from the packet that may be 0. Windows allows it; verified with --no-division-by-zero. */
#include <winbpf/xdp.h>
SEC("xdp")
int divide_by_zero(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return ctx->ingress_ifindex / data[12] == 1 ? XDP_DROP : XDP_PASS;
}
