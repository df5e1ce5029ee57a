/* SPDX-License-Identifier: MIT */
/* Adds the end of the packet to its start. */
#include <winbpf/xdp.h>
SEC("xdp")
int pointer_sum(xdp_md_t *ctx)
{
    uint64_t start = (uint64_t)ctx->data, end = (uint64_t)ctx->data_end;
    asm volatile("%0 += %1" : "+r"(start) : "r"(end));
    return start != 0 ? XDP_DROP : XDP_PASS;
}
