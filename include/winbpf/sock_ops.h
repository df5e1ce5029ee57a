/* SPDX-License-Identifier: MIT */
/* Socket operation programs, SEC("sockops"): 0 permits, anything else blocks an established connection. */
#ifndef WINBPF_SOCK_OPS_H
#define WINBPF_SOCK_OPS_H

#include "bpf.h"
#include "inet.h"

typedef enum bpf_sock_op_type {
    BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB = 0,
    BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB = 1,
    BPF_SOCK_OPS_CONNECTION_DELETED_CB = 2, /* the result is not looked at */
} bpf_sock_op_type_t;

/* Addresses and ports are in network byte order. */
typedef struct bpf_sock_ops {
    bpf_sock_op_type_t op;
    uint32_t family; /* AF_INET or AF_INET6, Windows' numbers */
    struct {
        union {
            uint32_t local_ip4;
            uint32_t local_ip6[4];
        };
        uint32_t local_port;
    };
    struct {
        union {
            uint32_t remote_ip4;
            uint32_t remote_ip6[4];
        };
        uint32_t remote_port;
    };
    uint8_t protocol;
    uint32_t compartment_id;
    uint64_t interface_luid;
} bpf_sock_ops_t;
WINBPF_SIZE(bpf_sock_ops_t, 64);
WINBPF_OFFSET(bpf_sock_ops_t, op, 0);
WINBPF_OFFSET(bpf_sock_ops_t, family, 4);
WINBPF_OFFSET(bpf_sock_ops_t, local_ip4, 8);
WINBPF_OFFSET(bpf_sock_ops_t, local_ip6, 8);
WINBPF_OFFSET(bpf_sock_ops_t, local_port, 24);
WINBPF_OFFSET(bpf_sock_ops_t, remote_ip4, 28);
WINBPF_OFFSET(bpf_sock_ops_t, remote_ip6, 28);
WINBPF_OFFSET(bpf_sock_ops_t, remote_port, 44);
WINBPF_OFFSET(bpf_sock_ops_t, protocol, 48);
WINBPF_OFFSET(bpf_sock_ops_t, compartment_id, 52);
WINBPF_OFFSET(bpf_sock_ops_t, interface_luid, 56);

typedef int sock_ops_hook_t(bpf_sock_ops_t *context);

enum { BPF_FUNC_sock_ops_get_flow_id = WINBPF_HELPER_OF_TYPE(0) };

/* The flow's number in the Windows Filtering Platform. */
WINBPF_HELPER(uint64_t, bpf_sock_ops_get_flow_id, BPF_FUNC_sock_ops_get_flow_id, bpf_sock_ops_t *ctx);

#endif
