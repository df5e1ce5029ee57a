/* SPDX-License-Identifier: MIT */
/* TCP under the names that programs for eBPF for Windows use; new programs take <winbpf/packet.h>. */
#pragma once
#include <winbpf/packet.h>

struct tcphdr {
    __be16 source;
    __be16 dest;
    __be32 seq;
    __be32 ack_seq;
    uint16_t ns : 1, reserved : 3, doff : 4;
    uint16_t fin : 1, syn : 1, rst : 1, psh : 1, ack : 1, urg : 1, ece : 1, cwr : 1;
    __be16 window;
    __sum16 check;
    __be16 urg_ptr;
};
WINBPF_SIZE(struct tcphdr, 20);
WINBPF_OFFSET(struct tcphdr, window, 14);
