/* SPDX-License-Identifier: MIT */
/* Mended as the report says: set r2 again after the call, or keep it in r6 to r9 or on the stack */
#include <winbpf/xdp.h>
SEC("xdp")
int lost_argument(xdp_md_t *ctx)
{
    uint64_t now;
    asm volatile("call 9; r2 = 5; %0 = r2" : "=r"(now) : : "r0", "r1", "r2", "r3", "r4", "r5");
    return now == ctx->ingress_ifindex ? XDP_DROP : XDP_PASS;
}
