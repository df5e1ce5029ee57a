/* SPDX-License-Identifier: MIT */
/* Drops UDP to one destination port, 53 unless the loader says another; 0 means every port. Counts what it drops. */
#include <winbpf/xdp.h>

#include "transport.h"

volatile const uint16_t port = 53; /* host byte order */

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, uint64_t);
} dropped SEC(".maps");

SEC("xdp")
xdp_action_t drop_udp(xdp_md_t *ctx)
{
    struct transport transport = find_transport(ctx->data, ctx->data_end);
    if (transport.kind != KIND_UDP)
        return XDP_PASS;
    uint16_t wanted = port;
    struct udp_header *udp = transport.header;
    if (wanted != 0 && bpf_ntohs(udp->destination_port) != wanted)
        return XDP_PASS;
    uint32_t zero = 0;
    uint64_t *packets = bpf_map_lookup_elem(&dropped, &zero);
    if (packets)
        __sync_fetch_and_add(packets, 1);
    return XDP_DROP;
}
