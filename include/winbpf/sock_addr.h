/* SPDX-License-Identifier: MIT */
/*
 * Socket address programs: SEC("cgroup/connect4"), connect6, recv_accept4/6, connect_authorization4/6, bind4/6,
 * listen4/6. Addresses and ports are in network byte order. The packet is not visible.
 */
#ifndef WINBPF_SOCK_ADDR_H
#define WINBPF_SOCK_ADDR_H

#include "bpf.h"
#include "inet.h"

typedef struct bpf_sock_addr {
    uint32_t family; /* AF_INET or AF_INET6, Windows' numbers */
    struct {
        /* Source: connect and listen the local end, recv_accept the peer, bind zero. */
        union {
            uint32_t msg_src_ip4;
            uint32_t msg_src_ip6[4];
        };
        uint16_t msg_src_port;
    };
    struct {
        /* Destination: connect the peer (writing it redirects), recv_accept, bind and listen the local end. */
        union {
            uint32_t user_ip4;
            uint32_t user_ip6[4];
        };
        uint16_t user_port;
    };
    uint32_t protocol;
    uint32_t compartment_id;
    uint64_t interface_luid; /* 0 where it is not known */
} bpf_sock_addr_t;
WINBPF_SIZE(bpf_sock_addr_t, 64);
WINBPF_OFFSET(bpf_sock_addr_t, family, 0);
WINBPF_OFFSET(bpf_sock_addr_t, msg_src_ip4, 4);
WINBPF_OFFSET(bpf_sock_addr_t, msg_src_ip6, 4);
WINBPF_OFFSET(bpf_sock_addr_t, msg_src_port, 20);
WINBPF_OFFSET(bpf_sock_addr_t, user_ip4, 24);
WINBPF_OFFSET(bpf_sock_addr_t, user_ip6, 24);
WINBPF_OFFSET(bpf_sock_addr_t, user_port, 40);
WINBPF_OFFSET(bpf_sock_addr_t, protocol, 44);
WINBPF_OFFSET(bpf_sock_addr_t, compartment_id, 48);
WINBPF_OFFSET(bpf_sock_addr_t, interface_luid, 56);

/* Any other value rejects. */
typedef enum ebpf_sock_addr_verdict {
    BPF_SOCK_ADDR_VERDICT_REJECT = 0,
    BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT = 1, /* a filter of lower weight may still block */
    BPF_SOCK_ADDR_VERDICT_PROCEED_HARD = 2,
} ebpf_sock_addr_verdict_t;

typedef ebpf_sock_addr_verdict_t sock_addr_hook_t(bpf_sock_addr_t *context);

#define BPF_SOCK_ADDR_NETWORK_CONTEXT_VERSION 1
typedef struct bpf_sock_addr_network_context {
    uint32_t version;
    uint32_t interface_type; /* IANA's number, or UINT32_MAX */
    uint32_t tunnel_type;    /* IANA's number, 0 for no tunnel, or UINT32_MAX */
    uint64_t next_hop_interface_luid;
    uint32_t sub_interface_index;
} bpf_sock_addr_network_context_t;
WINBPF_SIZE(bpf_sock_addr_network_context_t, 32);
WINBPF_OFFSET(bpf_sock_addr_network_context_t, version, 0);
WINBPF_OFFSET(bpf_sock_addr_network_context_t, interface_type, 4);
WINBPF_OFFSET(bpf_sock_addr_network_context_t, tunnel_type, 8);
WINBPF_OFFSET(bpf_sock_addr_network_context_t, next_hop_interface_luid, 16);
WINBPF_OFFSET(bpf_sock_addr_network_context_t, sub_interface_index, 24);

enum {
    BPF_FUNC_sock_addr_get_current_pid_tgid = WINBPF_HELPER_OF_TYPE(0), /* reserved; bpf_get_current_pid_tgid does it */
    BPF_FUNC_sock_addr_set_redirect_context = WINBPF_HELPER_OF_TYPE(1),
    BPF_FUNC_sock_addr_get_network_context = WINBPF_HELPER_OF_TYPE(2),
};

/* connect4 and connect6 only: data for the proxy that the connection is redirected to. 0, or -1. */
WINBPF_HELPER(int, bpf_sock_addr_set_redirect_context, BPF_FUNC_sock_addr_set_redirect_context, bpf_sock_addr_t *ctx,
              void *data, uint32_t size);
/* Everywhere but in connect4 and connect6; `size` at least that of bpf_sock_addr_network_context_t. 0, or -1. */
WINBPF_HELPER(int, bpf_sock_addr_get_network_context, BPF_FUNC_sock_addr_get_network_context, bpf_sock_addr_t *ctx,
              void *network_context, uint32_t size);

#endif
