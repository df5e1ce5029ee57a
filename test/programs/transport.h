/* SPDX-License-Identifier: MIT */
/* Finds a frame's transport header, behind up to two VLAN tags and up to four IPv6 extension headers. */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include <winbpf/packet.h>
#include <winbpf/section.h>

#define VLAN_TAGS 2
#define EXTENSION_HEADERS 4

enum kind {
    KIND_OTHER,    /* neither IPv4 nor IPv6, or cut short before it could be told */
    KIND_TCP,
    KIND_UDP,
    KIND_ICMP,
    KIND_ICMPV6,
    KIND_FRAGMENT, /* second and later fragments: they carry no transport header */
    KIND_OTHER_IP, /* any other protocol over IP, or TCP and UDP cut short */
    KINDS,
};

struct transport {
    enum kind kind;
    void *header; /* null unless there is one; for TCP and UDP it lies wholly inside the frame */
};

static __always_inline struct transport transport_of(uint8_t protocol, void *header, void *end)
{
    struct transport found = {.kind = KIND_OTHER_IP, .header = header};
    if (protocol == IPPROTO_TCP && header + sizeof(struct tcp_header) <= end)
        found.kind = KIND_TCP;
    else if (protocol == IPPROTO_UDP && header + sizeof(struct udp_header) <= end)
        found.kind = KIND_UDP;
    else if (protocol == IPPROTO_ICMP)
        found.kind = KIND_ICMP;
    else if (protocol == IPPROTO_ICMPV6)
        found.kind = KIND_ICMPV6;
    return found;
}

static __always_inline struct transport ipv4_transport(void *header, void *end)
{
    struct transport none = {.kind = KIND_OTHER, .header = NULL};
    struct ipv4_header *ip = header;
    if ((void *)(ip + 1) > end || ip->version_and_length >> 4 != 4)
        return none;
    uint32_t length = (ip->version_and_length & 0xf) * 4;
    if (length < sizeof(*ip))
        return none;
    if (ip->fragment & bpf_htons(IPV4_FRAGMENT_OFFSET_MASK)) {
        none.kind = KIND_FRAGMENT;
        return none;
    }
    return transport_of(ip->protocol, header + length, end);
}

static __always_inline struct transport ipv6_transport(void *header, void *end)
{
    struct transport none = {.kind = KIND_OTHER, .header = NULL};
    struct ipv6_header *ip = header;
    if ((void *)(ip + 1) > end || (ip->version_class_flow & bpf_htonl(0xf0000000)) != bpf_htonl(0x60000000))
        return none;
    none.kind = KIND_OTHER_IP;
    uint8_t next = ip->next_header;
    void *at = ip + 1;
#pragma clang loop unroll(full)
    for (int i = 0; i < EXTENSION_HEADERS; i++) {
        if (next == IPPROTO_FRAGMENT) {
            struct ipv6_fragment_header *fragment = at;
            if ((void *)(fragment + 1) > end)
                return none;
            if (fragment->offset & bpf_htons(IPV6_FRAGMENT_OFFSET_MASK)) {
                none.kind = KIND_FRAGMENT;
                return none;
            }
            next = fragment->next_header;
            at = fragment + 1;
        } else if (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_DSTOPTS) {
            struct ipv6_extension_header *extension = at;
            if ((void *)(extension + 1) > end)
                return none;
            next = extension->next_header;
            at += (extension->length + 1) * 8;
        } else {
            break;
        }
    }
    return transport_of(next, at, end);
}

static __always_inline struct transport find_transport(void *data, void *end)
{
    struct transport none = {.kind = KIND_OTHER, .header = NULL};
    struct ethernet_header *ethernet = data;
    if ((void *)(ethernet + 1) > end)
        return none;
    __be16 type = ethernet->type;
    void *at = ethernet + 1;
#pragma clang loop unroll(full)
    for (int i = 0; i < VLAN_TAGS; i++) {
        if (type != bpf_htons(ETHERTYPE_VLAN) && type != bpf_htons(ETHERTYPE_SERVICE_VLAN))
            break;
        struct vlan_header *tag = at;
        if ((void *)(tag + 1) > end)
            return none;
        type = tag->type;
        at = tag + 1;
    }
    if (type == bpf_htons(ETHERTYPE_IPV4))
        return ipv4_transport(at, end);
    if (type == bpf_htons(ETHERTYPE_IPV6))
        return ipv6_transport(at, end);
    return none;
}

#endif
