/* SPDX-License-Identifier: MIT */
/* Reads TCP's port behind IPv4 options, and has compared as if there were none. */
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
    return tcp->destination_port == 0x1600 ? XDP_DROP : XDP_PASS;
}
