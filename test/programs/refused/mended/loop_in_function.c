/* SPDX-License-Identifier: MIT */
/* Mended as the report says: count the rounds: for (uint64_t i = 0; i < 32; i++), with any constant, and asm
 * volatile("" : "+r"(i)) in the loop, so that the compiler leaves the comparison as it is; leave early where the
 * loop is done; or have it unrolled (#pragma unroll) */
#include <winbpf/xdp.h>
static __attribute__((noinline)) uint32_t steps(uint32_t number)
{
    uint32_t count = 0;
    for (uint64_t i = 0; i < 32 && number != 1; i++) {
        asm volatile("" : "+r"(i));
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
