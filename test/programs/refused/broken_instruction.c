/* SPDX-License-Identifier: MIT */
/* A word among the code that is no instruction. */
#include <winbpf/xdp.h>
SEC("xdp")
int broken_instruction(xdp_md_t *ctx)
{
    (void)ctx;
    asm volatile(".8byte 0xffffffffffffffff");
    return XDP_PASS;
}
