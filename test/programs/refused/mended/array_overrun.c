/* SPDX-License-Identifier: MIT */
/* Mended as the report says: mask the index, or leave if it is not below the number of elements, as an unsigned
 * 64-bit number, before it is used */
#include <winbpf/xdp.h>
SEC("xdp")
int array_overrun(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    volatile uint8_t buffer[16] = {0};
    buffer[data[0] & 15] = 1;
    return buffer[3];
}
