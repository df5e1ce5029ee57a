/* SPDX-License-Identifier: MIT */
/*
 * Counts packets by destination port, and packets and bytes by kind. Lets everything pass.
 * What exactly counts as what is in README.md, in words and as tshark filters.
 */
#include <winbpf/packet.h>
#include <winbpf/xdp.h>

enum kind {
    KIND_OTHER,    /* neither IPv4 nor IPv6, or cut short before it could be told */
    KIND_TCP,      /* these two have ports, counted in `ports` */
    KIND_UDP,
    KIND_ICMP,
    KIND_ICMPV6,
    KIND_FRAGMENT, /* second and later fragments: they carry no port */
    KIND_OTHER_IP, /* any other protocol over IP */
    KINDS,
};

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

#define VLAN_TAGS 2
#define EXTENSION_HEADERS 4

/* Where a frame's transport header is, and which protocol it is. */
struct transport {
    void *header; /* null: there is none to look at, and `kind` says why */
    uint8_t protocol;
    enum kind kind;
};

static __always_inline struct transport ipv4_transport(void *header, void *end)
{
    struct transport found = {.header = NULL, .kind = KIND_OTHER};
    struct ipv4_header *ip = header;
    if ((void *)(ip + 1) > end || ip->version_and_length >> 4 != 4)
        return found;
    uint32_t length = (ip->version_and_length & 0xf) * 4;
    if (length < sizeof(*ip))
        return found;
    found.kind = KIND_OTHER_IP;
    if (ip->fragment & bpf_htons(IPV4_FRAGMENT_OFFSET_MASK)) {
        found.kind = KIND_FRAGMENT;
        return found;
    }
    found.header = header + length;
    found.protocol = ip->protocol;
    return found;
}

static __always_inline struct transport ipv6_transport(void *header, void *end)
{
    struct transport found = {.header = NULL, .kind = KIND_OTHER};
    struct ipv6_header *ip = header;
    if ((void *)(ip + 1) > end || (ip->version_class_flow & bpf_htonl(0xf0000000)) != bpf_htonl(0x60000000))
        return found;
    found.kind = KIND_OTHER_IP;
    uint8_t next = ip->next_header;
    void *at = ip + 1;
#pragma clang loop unroll(full)
    for (int i = 0; i < EXTENSION_HEADERS; i++) {
        if (next == IPPROTO_FRAGMENT) {
            struct ipv6_fragment_header *fragment = at;
            if ((void *)(fragment + 1) > end)
                return found;
            if (fragment->offset & bpf_htons(IPV6_FRAGMENT_OFFSET_MASK)) {
                found.kind = KIND_FRAGMENT;
                return found;
            }
            next = fragment->next_header;
            at = fragment + 1;
        } else if (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_DSTOPTS) {
            struct ipv6_extension_header *extension = at;
            if ((void *)(extension + 1) > end)
                return found;
            next = extension->next_header;
            at += (extension->length + 1) * 8;
        } else {
            break;
        }
    }
    found.header = at;
    found.protocol = next;
    return found;
}

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

static __always_inline enum kind count_transport(struct transport transport, void *end)
{
    if (!transport.header)
        return transport.kind;
    if (transport.protocol == IPPROTO_TCP) {
        struct tcp_header *tcp = transport.header;
        if ((void *)(tcp + 1) > end)
            return KIND_OTHER_IP;
        count_port(tcp->destination_port);
        return KIND_TCP;
    }
    if (transport.protocol == IPPROTO_UDP) {
        struct udp_header *udp = transport.header;
        if ((void *)(udp + 1) > end)
            return KIND_OTHER_IP;
        count_port(udp->destination_port);
        return KIND_UDP;
    }
    if (transport.protocol == IPPROTO_ICMP)
        return KIND_ICMP;
    if (transport.protocol == IPPROTO_ICMPV6)
        return KIND_ICMPV6;
    return KIND_OTHER_IP;
}

static __always_inline enum kind count_frame(void *data, void *end)
{
    struct ethernet_header *ethernet = data;
    if ((void *)(ethernet + 1) > end)
        return KIND_OTHER;
    __be16 type = ethernet->type;
    void *at = ethernet + 1;
#pragma clang loop unroll(full)
    for (int i = 0; i < VLAN_TAGS; i++) {
        if (type != bpf_htons(ETHERTYPE_VLAN) && type != bpf_htons(ETHERTYPE_SERVICE_VLAN))
            break;
        struct vlan_header *tag = at;
        if ((void *)(tag + 1) > end)
            return KIND_OTHER;
        type = tag->type;
        at = tag + 1;
    }
    if (type == bpf_htons(ETHERTYPE_IPV4))
        return count_transport(ipv4_transport(at, end), end);
    if (type == bpf_htons(ETHERTYPE_IPV6))
        return count_transport(ipv6_transport(at, end), end);
    return KIND_OTHER;
}

SEC("xdp")
xdp_action_t count_ports(xdp_md_t *ctx)
{
    uint32_t kind = count_frame(ctx->data, ctx->data_end);
    struct traffic *traffic = bpf_map_lookup_elem(&kinds, &kind);
    if (traffic) {
        __sync_fetch_and_add(&traffic->packets, 1);
        __sync_fetch_and_add(&traffic->bytes, (uint64_t)(ctx->data_end - ctx->data));
    }
    return XDP_PASS;
}
