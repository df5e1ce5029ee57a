/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare data + 34 with data_end first, and leave if it is greater */
#include <winbpf/packet.h>
#include <winbpf/xdp.h>
SEC("xdp")
int off_by_one(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    const uint8_t *ip = data + sizeof(struct ethernet_header);
    if (data + 34 > end)
        return XDP_PASS;
    return ip[19] == 1 ? XDP_DROP : XDP_PASS;
}
