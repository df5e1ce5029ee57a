/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare data + 64 with data_end first; or compare this very pointer, plus the 1 byte
 * of the access, with data_end */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_index(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 64 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return data[data[0] & 63] == 1 ? XDP_DROP : XDP_PASS;
}
