/* SPDX-License-Identifier: MIT */
/* Mended as the report says: keep pointers in 64-bit variables (a pointer type, or uint64_t): 32 bits of one are
 * not a pointer */
#include <winbpf/xdp.h>
SEC("xdp")
int pointer_truncated(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    uint64_t address = (uint64_t)data;
    asm volatile("" : "+r"(address));
    return *(const volatile uint8_t *)address;
}
