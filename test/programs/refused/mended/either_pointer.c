/* SPDX-License-Identifier: MIT */
/* Mended as the report says: leave a pointer of one kind in r2 on every way to this place: use it where it is set,
 * before ways meet */
#include <winbpf/xdp.h>
SEC("xdp")
int either_pointer(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    if (ctx->ingress_ifindex > 3)
        return XDP_DROP;
    uint64_t place = (uint64_t)data;
    asm volatile("" : "+r"(place));
    return *(const volatile uint8_t *)place;
}
