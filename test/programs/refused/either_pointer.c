/* SPDX-License-Identifier: MIT */
/* A variable that holds a pointer on one way, and a number on the other. */
#include <winbpf/xdp.h>
SEC("xdp")
int either_pointer(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    uint64_t place = (uint64_t)data;
    if (ctx->ingress_ifindex > 3)
        place = ctx->ingress_ifindex;
    asm volatile("" : "+r"(place));
    return *(const volatile uint8_t *)place;
}
