/* SPDX-License-Identifier: MIT */
/* Rewrites untagged IPv4 packets and puts their checksums right, once step by step and once with the helper. */
#include <winbpf/checksum.h>
#include <winbpf/packet.h>
#include <winbpf/xdp.h>

#define FROM_PORT 8080
#define TO_PORT 80

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, uint64_t);
} changed SEC(".maps");

static __always_inline void count(void)
{
    uint32_t zero = 0;
    uint64_t *packets = bpf_map_lookup_elem(&changed, &zero);
    if (packets)
        __sync_fetch_and_add(packets, 1);
}

static __always_inline struct ipv4_header *ipv4_of(xdp_md_t *ctx)
{
    struct ethernet_header *ethernet = ctx->data;
    struct ipv4_header *ip = (void *)(ethernet + 1);
    if ((void *)(ip + 1) > ctx->data_end || ethernet->type != bpf_htons(ETHERTYPE_IPV4))
        return NULL;
    return ip;
}

/* One hop: takes 1 off the time to live, and drops the packet where nothing is left. RFC 1624 updates the checksum. */
SEC("xdp/hop")
xdp_action_t hop(xdp_md_t *ctx)
{
    struct ipv4_header *ip = ipv4_of(ctx);
    if (!ip)
        return XDP_PASS;
    if (ip->ttl <= 1)
        return XDP_DROP;
    /* The word that changes is time to live and protocol, in the order they lie in. */
    __be16 before = ip->ttl | (__be16)(ip->protocol << 8);
    ip->ttl--;
    __be16 after = ip->ttl | (__be16)(ip->protocol << 8);
    ip->checksum = checksum_replace16(ip->checksum, before, after);
    count();
    return XDP_PASS;
}

/* TCP to port 8080 over IPv4 without options goes to port 80; the difference comes from bpf_csum_diff. */
SEC("xdp/port")
xdp_action_t port(xdp_md_t *ctx)
{
    struct ipv4_header *ip = ipv4_of(ctx);
    if (!ip || ip->version_and_length != 0x45 || ip->protocol != IPPROTO_TCP)
        return XDP_PASS;
    struct tcp_header *tcp = (struct tcp_header *)(ip + 1);
    if (ip->fragment & bpf_htons(IPV4_FRAGMENT_OFFSET_MASK) || (void *)(tcp + 1) > ctx->data_end ||
        tcp->destination_port != bpf_htons(FROM_PORT))
        return XDP_PASS;
    /* Both ports are the four bytes that the helper wants at least. */
    __be16 before[2] = {tcp->source_port, tcp->destination_port};
    __be16 after[2] = {tcp->source_port, bpf_htons(TO_PORT)};
    int sum = bpf_csum_diff(before, sizeof(before), after, sizeof(after), (uint16_t)~tcp->checksum);
    if (sum < 0)
        return XDP_DROP;
    tcp->destination_port = after[1];
    tcp->checksum = ~checksum_fold(sum);
    count();
    return XDP_PASS;
}
