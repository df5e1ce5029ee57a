/* SPDX-License-Identifier: MIT */
/* Mended as the report says: it cannot subtract the constant -2147483648 (0x80000000): add or subtract in smaller
 * steps, or keep the constant in a 64-bit variable */
#include <winbpf/xdp.h>
SEC("xdp")
int large_subtraction(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    asm volatile("%0 -= 4" : "+r"(data));
    asm volatile("%0 += 4" : "+r"(data));
    return data[0];
}
