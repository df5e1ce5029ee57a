/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare r2 with 0 first, and divide only where it is not 0 */
#include <winbpf/xdp.h>
SEC("xdp")
int divide_by_zero(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    uint32_t divisor = data[12];
    asm volatile("" : "+r"(divisor));
    if (divisor == 0)
        return XDP_PASS;
    return ctx->ingress_ifindex / divisor == 1 ? XDP_DROP : XDP_PASS;
}
