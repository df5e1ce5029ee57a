/* SPDX-License-Identifier: MIT */
/* Reads a byte of the packet without asking whether the packet is that long. */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_unchecked(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    return data[23] == 17 ? XDP_DROP : XDP_PASS;
}
