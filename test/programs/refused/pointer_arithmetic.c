/* SPDX-License-Identifier: MIT */
/* Multiplies an address. */
#include <winbpf/xdp.h>
SEC("xdp")
int pointer_arithmetic(xdp_md_t *ctx)
{
    uint64_t address = (uint64_t)ctx->data;
    asm volatile("" : "+r"(address));
    return (address * 3) & 1;
}
