/* SPDX-License-Identifier: MIT */
/* Counts the connections of each peer, how many are open, and how long they took; a peer may have so many at once. */
#include <winbpf/sock_ops.h>

volatile const uint32_t most_open = 0; /* of one peer; 0: any number */

struct peer {
    uint32_t family;
    uint8_t address[16]; /* the first four for IPv4 */
};

struct traffic {
    uint64_t outbound;
    uint64_t inbound;
    uint64_t refused;
    int64_t open;
    uint64_t nanoseconds; /* of those that have ended */
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4096);
    __type(key, struct peer);
    __type(value, struct traffic);
} peers SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 65536);
    __type(key, uint64_t);   /* flow id */
    __type(value, uint64_t); /* when it began */
} flows SEC(".maps");

static __always_inline int established(bpf_sock_ops_t *ctx, struct traffic *traffic)
{
    if (most_open != 0 && traffic->open >= most_open) {
        traffic->refused++;
        return 1;
    }
    if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
        traffic->outbound++;
    else
        traffic->inbound++;
    traffic->open++;
    uint64_t flow = bpf_sock_ops_get_flow_id(ctx);
    uint64_t now = bpf_ktime_get_ns();
    bpf_map_update_elem(&flows, &flow, &now, BPF_ANY);
    return 0;
}

static __always_inline void deleted(bpf_sock_ops_t *ctx, struct traffic *traffic)
{
    uint64_t flow = bpf_sock_ops_get_flow_id(ctx);
    uint64_t *began = bpf_map_lookup_elem(&flows, &flow);
    if (!began)
        return; /* it was refused */
    traffic->nanoseconds += bpf_ktime_get_ns() - *began;
    traffic->open--;
    bpf_map_delete_elem(&flows, &flow);
}

SEC("sockops")
int connection_counter(bpf_sock_ops_t *ctx)
{
    struct peer peer = {.family = ctx->family};
    if (ctx->family == AF_INET) {
        uint32_t address = ctx->remote_ip4;
        __builtin_memcpy(peer.address, &address, sizeof(address));
    } else
        __builtin_memcpy(peer.address, ctx->remote_ip6, sizeof(peer.address));
    struct traffic *traffic = bpf_map_lookup_elem(&peers, &peer);
    if (!traffic) {
        struct traffic none = {};
        bpf_map_update_elem(&peers, &peer, &none, BPF_NOEXIST);
        traffic = bpf_map_lookup_elem(&peers, &peer);
        if (!traffic)
            return 0;
    }
    if (ctx->op == BPF_SOCK_OPS_CONNECTION_DELETED_CB) {
        deleted(ctx, traffic);
        return 0;
    }
    return established(ctx, traffic);
}
