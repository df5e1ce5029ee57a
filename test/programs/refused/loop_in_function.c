/* SPDX-License-Identifier: MIT */
/* A loop without a bound in a called function. Windows 1.6 loads this (D1), newer verifiers do not. */
#include <winbpf/xdp.h>
static __attribute__((noinline)) uint32_t steps(uint32_t number)
{
    uint32_t count = 0;
    while (number != 1) {
        number = number & 1 ? 3 * number + 1 : number >> 1;
        asm volatile("" : "+r"(number));
        count++;
    }
    return count;
}

SEC("xdp")
int loop_in_function(xdp_md_t *ctx)
{
    return steps(ctx->ingress_ifindex) > 4 ? XDP_DROP : XDP_PASS;
}
