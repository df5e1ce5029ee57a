/* SPDX-License-Identifier: MIT */
/* Mended as the report says: divide by numbers only */
#include <winbpf/xdp.h>
SEC("xdp")
int divide_by_pointer(xdp_md_t *ctx)
{
    uint64_t divisor = (uint64_t)((uint8_t *)ctx->data_end - (uint8_t *)ctx->data);
    uint64_t number = ctx->ingress_ifindex;
    return number / divisor == 1 ? XDP_DROP : XDP_PASS;
}
