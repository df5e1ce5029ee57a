/* SPDX-License-Identifier: MIT */
/* The check is one byte short: 33 bytes are asked for, the 34th is read. */
#include <winbpf/packet.h>
#include <winbpf/xdp.h>
SEC("xdp")
int off_by_one(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    const uint8_t *ip = data + sizeof(struct ethernet_header);
    if (ip + sizeof(struct ipv4_header) - 1 > end)
        return XDP_PASS;
    return ip[19] == 1 ? XDP_DROP : XDP_PASS;
}
