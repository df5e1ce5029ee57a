/* SPDX-License-Identifier: MIT */
/* Reads a register after a call that does not keep it. */
#include <winbpf/xdp.h>
SEC("xdp")
int lost_argument(xdp_md_t *ctx)
{
    uint64_t now;
    asm volatile("r2 = 5; call 9; %0 = r2" : "=r"(now) : : "r0", "r1", "r2", "r3", "r4", "r5");
    return now == ctx->ingress_ifindex ? XDP_DROP : XDP_PASS;
}
