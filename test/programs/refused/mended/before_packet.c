/* SPDX-License-Identifier: MIT */
/* Mended as the report says: the packet begins at data: use no offset below 0 (bytes before it are there only if
 * data_meta says so) */
#include <winbpf/xdp.h>
SEC("xdp")
int before_packet(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return data[0];
}
