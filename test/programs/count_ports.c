/* SPDX-License-Identifier: MIT */
/*
 * Counts packets by destination port, and packets and bytes by kind. Lets everything pass.
 * What exactly counts as what is in README.md, and as tshark filters in ../captures/expected.json.
 */
#include <winbpf/xdp.h>

#include "transport.h"

struct traffic {
    uint64_t packets;
    uint64_t bytes; /* of the whole frame */
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 65536);
    __type(key, uint16_t); /* host byte order */
    __type(value, uint64_t);
} ports SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, KINDS);
    __type(key, uint32_t); /* enum kind */
    __type(value, struct traffic);
} kinds SEC(".maps");

static __always_inline void count_port(__be16 destination)
{
    uint16_t port = bpf_ntohs(destination);
    uint64_t *packets = bpf_map_lookup_elem(&ports, &port);
    if (packets) {
        __sync_fetch_and_add(packets, 1);
        return;
    }
    uint64_t one = 1;
    bpf_map_update_elem(&ports, &port, &one, BPF_ANY);
}

SEC("xdp")
xdp_action_t count_ports(xdp_md_t *ctx)
{
    struct transport transport = find_transport(ctx->data, ctx->data_end);
    if (transport.kind == KIND_TCP)
        count_port(((struct tcp_header *)transport.header)->destination_port);
    else if (transport.kind == KIND_UDP)
        count_port(((struct udp_header *)transport.header)->destination_port);

    uint32_t kind = transport.kind;
    struct traffic *traffic = bpf_map_lookup_elem(&kinds, &kind);
    if (traffic) {
        __sync_fetch_and_add(&traffic->packets, 1);
        __sync_fetch_and_add(&traffic->bytes, (uint64_t)(ctx->data_end - ctx->data));
    }
    return XDP_PASS;
}
