/* SPDX-License-Identifier: MIT */
/* UDP under the names that programs for eBPF for Windows use; new programs take <winbpf/packet.h>. */
#pragma once
#include <winbpf/packet.h>

typedef struct udphdr {
    __be16 srcPort;
    __be16 destPort;
    __be16 length;
    __sum16 checksum;
} UDP_HEADER;
WINBPF_SIZE(UDP_HEADER, 8);
