/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare the pointer that is read through (r1), plus 1, with data_end first, and
 * leave if it is greater; or data + 64, if it is always that long */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_index(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 64 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return data[data[0] & 63] == 1 ? XDP_DROP : XDP_PASS;
}
