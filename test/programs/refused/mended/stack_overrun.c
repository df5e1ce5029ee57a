/* SPDX-License-Identifier: MIT */
/* Mended as the report says: mask the index, or leave if it is not below the number of elements, as an unsigned
 * 64-bit number, before it is used */
#include <winbpf/xdp.h>
SEC("xdp")
int stack_overrun(xdp_md_t *ctx)
{
    volatile uint8_t buffer[16] = {0};
    buffer[ctx->ingress_ifindex & 15] = 1;
    return buffer[3];
}
