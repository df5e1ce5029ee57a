/* SPDX-License-Identifier: MIT */
/* Mended as the report says: count the rounds: for (uint64_t i = 0; i < 32; i++), with any constant, and asm
 * volatile("" : "+r"(i)) in the loop, so that the compiler leaves the comparison as it is; leave early where the
 * loop is done; or have it unrolled (#pragma unroll) */
#include <winbpf/xdp.h>
SEC("xdp")
int endless_loop(xdp_md_t *ctx)
{
    uint64_t state = ctx->ingress_ifindex;
    for (uint64_t i = 0; i < 32 && state != 1; i++) {
        asm volatile("" : "+r"(i));
        state = state & 1 ? 3 * state + 1 : state >> 1;
        asm volatile("" : "+r"(state));
    }
    return XDP_PASS;
}
