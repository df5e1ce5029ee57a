/* SPDX-License-Identifier: MIT */
/* Mended as the report says: add a number to a pointer; the distance of two pointers is what subtraction gives */
#include <winbpf/xdp.h>
SEC("xdp")
int pointer_sum(xdp_md_t *ctx)
{
    uint64_t start = (uint64_t)ctx->data, end = (uint64_t)ctx->data_end;
    asm volatile("%0 -= %1" : "+r"(end) : "r"(start));
    return end != 0 ? XDP_DROP : XDP_PASS;
}
