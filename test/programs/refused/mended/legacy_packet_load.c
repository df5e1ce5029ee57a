/* SPDX-License-Identifier: MIT */
/* Mended as the report says: read the packet through the context's data pointer: legacy packet loads are not
 * supported */
#include <winbpf/xdp.h>
SEC("xdp")
int legacy_packet_load(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 13 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return data[12] == 8 ? XDP_DROP : XDP_PASS;
}
