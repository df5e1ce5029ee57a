/* SPDX-License-Identifier: MIT */
/* Ethernet under the names that programs for eBPF for Windows use; new programs take <winbpf/packet.h>. */
#pragma once
#include <winbpf/packet.h>

typedef uint8_t mac_address_t[6];

#define ETHERNET_TYPE_IPV4 ETHERTYPE_IPV4
#define ETHERNET_TYPE_IPV6 ETHERTYPE_IPV6
#define ETH_P_IP ETHERTYPE_IPV4
#define ETH_P_IPV6 ETHERTYPE_IPV6

struct ethhdr {
    mac_address_t Destination;
    mac_address_t Source;
    union {
        __be16 Type;
        __be16 Length;
        __be16 h_proto;
    };
};
WINBPF_SIZE(struct ethhdr, 14);
typedef struct ethhdr ETHERNET_HEADER;
