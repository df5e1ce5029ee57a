/* SPDX-License-Identifier: MIT */
/* Mended as the report says: end every way with a return: one that ends in __builtin_unreachable(), or in a
 * function that is said not to return, runs off the end of the code */
#include <winbpf/xdp.h>
SEC("xdp")
int no_return(xdp_md_t *ctx)
{
    if (ctx->ingress_ifindex > 3)
        return XDP_PASS;
    asm volatile("" : : : "memory");
    return XDP_DROP;
}
