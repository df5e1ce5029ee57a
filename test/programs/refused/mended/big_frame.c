/* SPDX-License-Identifier: MIT */
/* Mended as the report says: keep the index inside of its array; larger buffers belong into a map (one entry of a
 * per-CPU array) */
#include <winbpf/xdp.h>
SEC("xdp")
int big_frame(xdp_md_t *ctx)
{
    uint8_t buffer[256];
    uint8_t *below = buffer;
    asm volatile("" : "+r"(below));
    below[255] = (uint8_t)ctx->ingress_ifindex;
    return XDP_PASS;
}
