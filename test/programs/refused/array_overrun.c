/* SPDX-License-Identifier: MIT */
/* An index of 0 to 31 into an array of 16 bytes at the top of the stack. */
#include <winbpf/xdp.h>
SEC("xdp")
int array_overrun(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    volatile uint8_t buffer[16] = {0};
    buffer[data[0] & 31] = 1;
    return buffer[3];
}
