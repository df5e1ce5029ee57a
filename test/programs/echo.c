/* SPDX-License-Identifier: MIT */
/* Answers pings itself: an echo request goes back out as its reply, and the stack never sees it. */
#include <winbpf/checksum.h>
#include <winbpf/packet.h>
#include <winbpf/xdp.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, uint32_t); /* 0: IPv4, 1: IPv6 */
    __type(value, uint64_t);
} answered SEC(".maps");

static __always_inline xdp_action_t answer(struct ethernet_header *ethernet, uint32_t version)
{
    uint8_t address[6];
    __builtin_memcpy(address, ethernet->destination, 6);
    __builtin_memcpy(ethernet->destination, ethernet->source, 6);
    __builtin_memcpy(ethernet->source, address, 6);
    uint64_t *packets = bpf_map_lookup_elem(&answered, &version);
    if (packets)
        __sync_fetch_and_add(packets, 1);
    return XDP_TX;
}

/* Swapping two addresses leaves every checksum as it is; only the type of the message changes it. */
static __always_inline void set_type(struct icmp_header *icmp, uint8_t type)
{
    __be16 before = icmp->type | (__be16)(icmp->code << 8);
    icmp->type = type;
    __be16 after = icmp->type | (__be16)(icmp->code << 8);
    icmp->checksum = checksum_replace16(icmp->checksum, before, after);
}

/* Whole packets without options. */
static __always_inline xdp_action_t echo_ipv4(xdp_md_t *ctx, struct ethernet_header *ethernet)
{
    struct ipv4_header *ip = (void *)(ethernet + 1);
    struct icmp_header *icmp = (void *)(ip + 1);
    if ((void *)(icmp + 1) > ctx->data_end || ip->version_and_length != 0x45 || ip->protocol != IPPROTO_ICMP ||
        ip->fragment & bpf_htons(IPV4_MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET_MASK) ||
        icmp->type != ICMP_ECHO_REQUEST)
        return XDP_PASS;
    __be32 source = ip->source;
    ip->source = ip->destination;
    ip->destination = source;
    set_type(icmp, ICMP_ECHO_REPLY);
    return answer(ethernet, 0);
}

/* Packets without extension headers. */
static __always_inline xdp_action_t echo_ipv6(xdp_md_t *ctx, struct ethernet_header *ethernet)
{
    struct ipv6_header *ip = (void *)(ethernet + 1);
    struct icmp_header *icmp = (void *)(ip + 1);
    if ((void *)(icmp + 1) > ctx->data_end || ip->next_header != IPPROTO_ICMPV6 || icmp->type != ICMPV6_ECHO_REQUEST)
        return XDP_PASS;
    for (int i = 0; i < 4; i++) {
        __be32 source = ip->source[i];
        ip->source[i] = ip->destination[i];
        ip->destination[i] = source;
    }
    set_type(icmp, ICMPV6_ECHO_REPLY);
    return answer(ethernet, 1);
}

SEC("xdp")
xdp_action_t echo(xdp_md_t *ctx)
{
    struct ethernet_header *ethernet = ctx->data;
    if ((void *)(ethernet + 1) > ctx->data_end)
        return XDP_PASS;
    if (ethernet->type == bpf_htons(ETHERTYPE_IPV4))
        return echo_ipv4(ctx, ethernet);
    if (ethernet->type == bpf_htons(ETHERTYPE_IPV6))
        return echo_ipv6(ctx, ethernet);
    return XDP_PASS;
}
