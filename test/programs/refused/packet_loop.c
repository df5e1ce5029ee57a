/* SPDX-License-Identifier: MIT */
/* Walks records whose lengths are in the packet: a length of 0 would go round for ever. */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_loop(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    uint32_t records = 0;
    uint16_t at = 0;
    while (data + at + 1 <= end) {
        records++;
        at += data[at];
    }
    return records > 4 ? XDP_DROP : XDP_PASS;
}
