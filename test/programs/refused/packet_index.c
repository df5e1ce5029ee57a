/* SPDX-License-Identifier: MIT */
/* An index of 0 to 63 into a packet of which 14 bytes are known. */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_index(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return data[data[0] & 63] == 1 ? XDP_DROP : XDP_PASS;
}
