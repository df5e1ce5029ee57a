/* SPDX-License-Identifier: MIT */
/* Mended as the report says: replace the recursion by a loop with a constant bound */
#include <winbpf/xdp.h>
static __attribute__((noinline)) uint32_t depth(uint32_t number)
{
    asm volatile("" : "+r"(number));
    uint32_t result = 1;
    for (uint64_t i = 0; i < 32 && number >= 2; i++) {
        asm volatile("" : "+r"(i));
        result = result * 3 + number;
        number /= 2;
    }
    return result;
}

SEC("xdp")
int recursion(xdp_md_t *ctx)
{
    return depth(ctx->ingress_ifindex) > 4 ? XDP_DROP : XDP_PASS;
}
