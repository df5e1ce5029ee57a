/* SPDX-License-Identifier: MIT */
/* Writes below the 512 bytes of stack that a function has. */
#include <winbpf/xdp.h>
SEC("xdp")
int big_frame(xdp_md_t *ctx)
{
    uint8_t buffer[256];
    uint8_t *below = buffer;
    asm volatile("" : "+r"(below));
    below[-300] = (uint8_t)ctx->ingress_ifindex;
    return XDP_PASS;
}
