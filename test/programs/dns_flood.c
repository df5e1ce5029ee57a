/* SPDX-License-Identifier: MIT */
/*
 * Lets each IPv4 source ask so many DNS questions per second, and drops the rest. Frames without VLAN tags, IPv4 without
 * options; everything else passes.
 */
#include <winbpf/packet.h>
#include <winbpf/xdp.h>

#define NANOSECONDS_PER_SECOND 1000000000ULL
#define DNS_PORT 53
#define DNS_RESPONSE 0x80 /* the QR bit, in the first byte of the flags */

volatile const uint32_t questions_per_second = 10;

struct dns_header {
    __be16 id;
    uint8_t flags[2];
    __be16 questions;
    __be16 answers;
    __be16 authorities;
    __be16 additional;
};

struct source {
    uint64_t began; /* the second that is counted */
    uint32_t questions;
    uint32_t dropped; /* since the source is known */
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 8192);
    __type(key, uint32_t); /* network byte order */
    __type(value, struct source);
} sources SEC(".maps");

struct question {
    struct ethernet_header ethernet;
    struct ipv4_header ip;
    struct udp_header udp;
    struct dns_header dns;
} __attribute__((packed));

SEC("xdp")
xdp_action_t dns_flood(xdp_md_t *ctx)
{
    struct question *packet = ctx->data;
    if ((void *)(packet + 1) > ctx->data_end)
        return XDP_PASS;
    if (packet->ethernet.type != bpf_htons(ETHERTYPE_IPV4) || packet->ip.version_and_length != 0x45 ||
        packet->ip.protocol != IPPROTO_UDP || (packet->ip.fragment & bpf_htons(IPV4_FRAGMENT_OFFSET_MASK)) ||
        packet->udp.destination_port != bpf_htons(DNS_PORT) || (packet->dns.flags[0] & DNS_RESPONSE))
        return XDP_PASS;

    uint32_t address = packet->ip.source;
    uint64_t now = bpf_ktime_get_boot_ns();
    struct source *source = bpf_map_lookup_elem(&sources, &address);
    if (!source) {
        struct source first = {.began = now, .questions = 1};
        bpf_map_update_elem(&sources, &address, &first, BPF_ANY);
        return XDP_PASS;
    }
    if (now - source->began >= NANOSECONDS_PER_SECOND) {
        source->began = now;
        source->questions = 0;
    }
    source->questions++;
    if (source->questions <= questions_per_second)
        return XDP_PASS;
    source->dropped++;
    return XDP_DROP;
}
