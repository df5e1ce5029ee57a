/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare the pointer that is read through (r1), plus 4, with data_end first, and
 * leave if it is greater; or data + 78, if it is always that long */
#include <winbpf/packet.h>
#include <winbpf/xdp.h>
SEC("xdp")
int header_length(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    const uint8_t *ip = data + sizeof(struct ethernet_header);
    if (ip + sizeof(struct ipv4_header) + sizeof(struct tcp_header) > end)
        return XDP_PASS;
    const struct tcp_header *tcp = (const void *)(ip + (ip[0] & 15) * 4);
    if ((const uint8_t *)tcp + 4 > end)
        return XDP_PASS;
    return tcp->destination_port == 0x1600 ? XDP_DROP : XDP_PASS;
}
