/* SPDX-License-Identifier: MIT */
/* Values of every shape that BTF describes: nested structs, arrays, enums, unions, bit fields, booleans, big-endian. */
#include <winbpf/xdp.h>

#include "transport.h"

#define CLASSES 4
#define ADDRESS_BYTES 6

typedef uint64_t counter;

struct interface_stats {
    counter packets;
    counter bytes;
    counter by_length[CLASSES]; /* up to 64, 512, 1500 bytes, and longer */
    struct {
        uint32_t length;
        enum kind kind;
        uint8_t source[ADDRESS_BYTES];
        __be16 type; /* network byte order, as in the frame */
    } last;
    union {
        uint32_t longest;
        uint8_t longest_bytes[4];
    };
    unsigned int tagged : 1; /* ever a VLAN tag */
    unsigned int shortest : 17;
    int balance : 14; /* packets of even length minus those of odd length, wrapping */
    bool fragments;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 64);
    __type(key, uint32_t); /* interface index */
    __type(value, struct interface_stats);
} interfaces SEC(".maps");

SEC("xdp")
xdp_action_t stats(xdp_md_t *ctx)
{
    struct ethernet_header *ethernet = ctx->data;
    if ((void *)(ethernet + 1) > ctx->data_end)
        return XDP_PASS;
    uint32_t interface = ctx->ingress_ifindex;
    struct interface_stats *stats = bpf_map_lookup_elem(&interfaces, &interface);
    if (!stats) {
        struct interface_stats fresh = {0};
        fresh.shortest = 0x1ffff;
        bpf_map_update_elem(&interfaces, &interface, &fresh, BPF_NOEXIST);
        stats = bpf_map_lookup_elem(&interfaces, &interface);
        if (!stats)
            return XDP_PASS;
    }
    uint32_t length = ctx->data_end - ctx->data;
    enum kind kind = find_transport(ctx->data, ctx->data_end).kind;
    __sync_fetch_and_add(&stats->packets, 1);
    __sync_fetch_and_add(&stats->bytes, length);
    if (length <= 64)
        __sync_fetch_and_add(&stats->by_length[0], 1);
    else if (length <= 512)
        __sync_fetch_and_add(&stats->by_length[1], 1);
    else if (length <= 1500)
        __sync_fetch_and_add(&stats->by_length[2], 1);
    else
        __sync_fetch_and_add(&stats->by_length[3], 1);
    stats->last.length = length;
    stats->last.kind = kind;
    __builtin_memcpy(stats->last.source, ethernet->source, ADDRESS_BYTES);
    stats->last.type = ethernet->type;
    if (length > stats->longest)
        stats->longest = length;
    if (length < stats->shortest)
        stats->shortest = length;
    if (ethernet->type == bpf_htons(ETHERTYPE_VLAN) || ethernet->type == bpf_htons(ETHERTYPE_SERVICE_VLAN))
        stats->tagged = 1;
    stats->balance += length % 2 ? -1 : 1;
    if (kind == KIND_FRAGMENT)
        stats->fragments = true;
    return XDP_PASS;
}
