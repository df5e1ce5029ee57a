/* SPDX-License-Identifier: MIT */
/* One of two ways runs off the end of the program. */
#include <winbpf/xdp.h>
SEC("xdp")
int no_return(xdp_md_t *ctx)
{
    if (ctx->ingress_ifindex > 3)
        return XDP_PASS;
    asm volatile("" : : : "memory");
    __builtin_unreachable();
}
