/* SPDX-License-Identifier: MIT */
/* A function that calls itself. */
#include <winbpf/xdp.h>
static __attribute__((noinline)) uint32_t depth(uint32_t number)
{
    asm volatile("" : "+r"(number));
    if (number < 2)
        return 1;
    return depth(number / 2) * 3 + number;
}

SEC("xdp")
int recursion(xdp_md_t *ctx)
{
    return depth(ctx->ingress_ifindex) > 4 ? XDP_DROP : XDP_PASS;
}
