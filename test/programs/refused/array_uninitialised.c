/* SPDX-License-Identifier: MIT */
/* Reads an array of which only one half was written. */
#include <winbpf/xdp.h>
SEC("xdp")
int array_uninitialised(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    uint8_t seen[8];
    seen[0] = seen[1] = seen[2] = seen[3] = data[0];
    const uint8_t *begin = seen;
    asm volatile("" : "+r"(begin) : : "memory");
    return begin[data[1] & 7] == 1 ? XDP_DROP : XDP_PASS;
}
