/* SPDX-License-Identifier: MIT */
/* Headers as they are on the wire. Everything longer than a byte is in network byte order: bpf_ntohs, bpf_ntohl. */
#ifndef WINBPF_PACKET_H
#define WINBPF_PACKET_H

#include "endian.h"
#include "inet.h"
#include "types.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_ARP 0x0806
#define ETHERTYPE_VLAN 0x8100         /* IEEE 802.1Q */
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_SERVICE_VLAN 0x88a8 /* IEEE 802.1ad, the outer tag */

struct ethernet_header {
    uint8_t destination[6];
    uint8_t source[6];
    __be16 type; /* ETHERTYPE_*; below 0x600 a length (IEEE 802.3) */
};
WINBPF_SIZE(struct ethernet_header, 14);

/* Follows a type of ETHERTYPE_VLAN or ETHERTYPE_SERVICE_VLAN. */
struct vlan_header {
    __be16 control; /* 3 bits priority, 1 bit drop-eligible, 12 bits VLAN id */
    __be16 type;    /* of what follows */
};
WINBPF_SIZE(struct vlan_header, 4);

#define VLAN_ID_MASK 0x0fff
#define VLAN_PRIORITY_SHIFT 13

struct ipv4_header {
    uint8_t version_and_length; /* 4 bits version, 4 bits header length in units of 4 bytes */
    uint8_t type_of_service;
    __be16 total_length;
    __be16 identification;
    __be16 fragment; /* 3 bits flags, 13 bits offset in units of 8 bytes */
    uint8_t ttl;
    uint8_t protocol;
    __sum16 checksum;
    __be32 source;
    __be32 destination;
};
WINBPF_SIZE(struct ipv4_header, 20);

#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_DO_NOT_FRAGMENT 0x4000
#define IPV4_FRAGMENT_OFFSET_MASK 0x1fff

struct ipv6_header {
    __be32 version_class_flow; /* 4 bits version, 8 bits traffic class, 20 bits flow label */
    __be16 payload_length;
    uint8_t next_header;
    uint8_t hop_limit;
    __be32 source[4];
    __be32 destination[4];
};
WINBPF_SIZE(struct ipv6_header, 40);

/* Hop-by-hop options, routing and destination options begin like this. */
struct ipv6_extension_header {
    uint8_t next_header;
    uint8_t length; /* in units of 8 bytes, the first 8 not counted */
};

struct ipv6_fragment_header {
    uint8_t next_header;
    uint8_t reserved;
    __be16 offset; /* 13 bits offset in units of 8 bytes, 2 reserved, 1 bit "more fragments" */
    __be32 identification;
};
WINBPF_SIZE(struct ipv6_fragment_header, 8);

#define IPV6_MORE_FRAGMENTS 0x0001
#define IPV6_FRAGMENT_OFFSET_MASK 0xfff8

struct tcp_header {
    __be16 source_port;
    __be16 destination_port;
    __be32 sequence;
    __be32 acknowledgement;
    uint8_t data_offset; /* upper 4 bits: header length in units of 4 bytes */
    uint8_t flags;       /* TCP_* */
    __be16 window;
    __sum16 checksum;
    __be16 urgent;
};
WINBPF_SIZE(struct tcp_header, 20);

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10
#define TCP_URG 0x20

struct udp_header {
    __be16 source_port;
    __be16 destination_port;
    __be16 length;
    __sum16 checksum; /* 0: none (IPv4 only) */
};
WINBPF_SIZE(struct udp_header, 8);

struct icmp_header {
    uint8_t type;
    uint8_t code;
    __sum16 checksum;
    __be32 rest; /* echo: identifier and sequence number */
};
WINBPF_SIZE(struct icmp_header, 8);

#define ICMP_ECHO_REPLY 0
#define ICMP_ECHO_REQUEST 8
#define ICMPV6_ECHO_REQUEST 128
#define ICMPV6_ECHO_REPLY 129

#endif
