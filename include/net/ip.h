/* SPDX-License-Identifier: MIT */
/* IPv4 and IPv6 under the names that programs for eBPF for Windows use; new programs take <winbpf/packet.h>. */
#pragma once
#include <winbpf/packet.h>

#ifndef DEFAULT_COMPARTMENT_ID
#define DEFAULT_COMPARTMENT_ID 1
#endif

/* A field by its two names: Windows' and Linux'. */
#define WINBPF_TWO_NAMES(type, windows, linux_) \
    union {                                     \
        type windows;                           \
        type linux_;                            \
    }

struct iphdr {
    union {
        uint8_t VersionAndHeaderLength;
        struct {
            uint8_t HeaderLength : 4;
            uint8_t Version : 4;
        };
        struct {
            uint8_t ihl : 4;
            uint8_t version : 4;
        };
    };
    WINBPF_TWO_NAMES(uint8_t, TypeOfServiceAndEcnField, tos);
    WINBPF_TWO_NAMES(__be16, TotalLength, tot_len);
    WINBPF_TWO_NAMES(__be16, Identification, id);
    WINBPF_TWO_NAMES(__be16, FlagsAndOffset, frag_off);
    WINBPF_TWO_NAMES(uint8_t, TimeToLive, ttl);
    WINBPF_TWO_NAMES(uint8_t, Protocol, protocol);
    WINBPF_TWO_NAMES(__sum16, HeaderChecksum, check);
    WINBPF_TWO_NAMES(__be32, SourceAddress, saddr);
    WINBPF_TWO_NAMES(__be32, DestinationAddress, daddr);
};
WINBPF_SIZE(struct iphdr, 20);
typedef struct iphdr IPV4_HEADER;

typedef uint8_t ipv6_address_t[16];

typedef struct ipv6hdr {
    union {
        __be32 VersionClassFlow;
        struct {
            uint32_t : 4;
            uint32_t Version : 4;
            uint32_t : 24;
        };
    };
    __be16 PayloadLength;
    uint8_t NextHeader;
    uint8_t HopLimit;
    ipv6_address_t SourceAddress;
    ipv6_address_t DestinationAddress;
} IPV6_HEADER;
WINBPF_SIZE(IPV6_HEADER, 40);
