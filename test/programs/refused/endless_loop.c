/* SPDX-License-Identifier: MIT */
/* A loop that ends when the packet says so. */
#include <winbpf/xdp.h>
SEC("xdp")
int endless_loop(xdp_md_t *ctx)
{
    uint64_t state = ctx->ingress_ifindex;
    while (state != 1) {
        state = state & 1 ? 3 * state + 1 : state >> 1;
        asm volatile("" : "+r"(state));
    }
    return XDP_PASS;
}
