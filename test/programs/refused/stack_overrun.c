/* SPDX-License-Identifier: MIT */
/* Writes to the stack at an index that nothing bounds. */
#include <winbpf/xdp.h>
SEC("xdp")
int stack_overrun(xdp_md_t *ctx)
{
    volatile uint8_t buffer[16] = {0};
    buffer[ctx->ingress_ifindex] = 1;
    return buffer[3];
}
