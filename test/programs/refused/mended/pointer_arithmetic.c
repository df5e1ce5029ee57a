/* SPDX-License-Identifier: MIT */
/* Mended as the report says: keep pointers in 64-bit variables (a pointer type, or uint64_t): 32 bits of one are
 * not a pointer */
#include <winbpf/xdp.h>
SEC("xdp")
int pointer_arithmetic(xdp_md_t *ctx)
{
    uint64_t address = (uint64_t)((uint8_t *)ctx->data_end - (uint8_t *)ctx->data);
    asm volatile("" : "+r"(address));
    return (address * 3) & 1;
}
