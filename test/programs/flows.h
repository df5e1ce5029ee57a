/* SPDX-License-Identifier: MIT */
/* What maps_btf.c and maps_legacy.c share: they differ only in how they declare their maps. */
#ifndef FLOWS_H
#define FLOWS_H

#include <winbpf/packet.h>
#include <winbpf/xdp.h>

struct flow {
    uint8_t source[4];
    uint8_t destination[4];
};

struct flow_traffic {
    uint64_t packets;
    uint64_t bytes; /* of the frames */
    struct {
        uint32_t least;
        uint32_t most;
    } length;
    uint16_t last_identification; /* host byte order */
    uint8_t last_protocol;
};

struct ipv4_frame {
    struct ethernet_header ethernet;
    struct ipv4_header ip;
} __attribute__((packed));

/* Counts an untagged IPv4 packet under its addresses, fragments like any other; and all frames under key 0 of `totals`. */
static __always_inline xdp_action_t count_flow(xdp_md_t *ctx, void *flows, void *totals)
{
    uint32_t length = ctx->data_end - ctx->data;
    uint32_t zero = 0;
    uint64_t *total = bpf_map_lookup_elem(totals, &zero);
    if (total)
        __sync_fetch_and_add(total, 1);

    struct ipv4_frame *frame = ctx->data;
    if ((void *)(frame + 1) > ctx->data_end || frame->ethernet.type != bpf_htons(ETHERTYPE_IPV4))
        return XDP_PASS;
    struct flow flow;
    __builtin_memcpy(flow.source, &frame->ip.source, 4);
    __builtin_memcpy(flow.destination, &frame->ip.destination, 4);
    struct flow_traffic *traffic = bpf_map_lookup_elem(flows, &flow);
    if (!traffic) {
        struct flow_traffic first = {0};
        first.length.least = length;
        if (bpf_map_update_elem(flows, &flow, &first, BPF_NOEXIST) != 0)
            return XDP_PASS;
        traffic = bpf_map_lookup_elem(flows, &flow);
        if (!traffic)
            return XDP_PASS;
    }
    __sync_fetch_and_add(&traffic->packets, 1);
    __sync_fetch_and_add(&traffic->bytes, length);
    if (length < traffic->length.least)
        traffic->length.least = length;
    if (length > traffic->length.most)
        traffic->length.most = length;
    traffic->last_identification = bpf_ntohs(frame->ip.identification);
    traffic->last_protocol = frame->ip.protocol;
    return XDP_PASS;
}

#endif
