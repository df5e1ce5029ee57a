/* SPDX-License-Identifier: MIT */
/* Walks the options of TCP headers with a loop that stays a loop, and counts them by kind. */
#include <winbpf/xdp.h>

#include "transport.h"

#define TCP_OPTION_END 0
#define TCP_OPTION_NOTHING 1
#define TCP_HEADER_BYTES 60 /* at most, 20 of them fixed */

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __type(key, uint8_t); /* kind, RFC 9293 section 3.1 */
    __type(value, uint64_t);
} options SEC(".maps");

static __always_inline void count(uint8_t kind)
{
    uint64_t *seen = bpf_map_lookup_elem(&options, &kind);
    if (seen) {
        __sync_fetch_and_add(seen, 1);
        return;
    }
    uint64_t one = 1;
    bpf_map_update_elem(&options, &kind, &one, BPF_ANY);
}

SEC("xdp")
xdp_action_t bounded_loop(xdp_md_t *ctx)
{
    struct transport transport = find_transport(ctx->data, ctx->data_end);
    if (transport.kind != KIND_TCP)
        return XDP_PASS;
    struct tcp_header *tcp = transport.header;
    uint32_t header = (tcp->data_offset >> 4) * 4;
    uint32_t next = sizeof(*tcp); /* where an option begins */
    /* Byte by byte, so that the bound is plain to see; what belongs to an option already counted is passed over. */
#pragma clang loop unroll(disable)
    for (uint32_t at = sizeof(*tcp); at < TCP_HEADER_BYTES; at++) {
        uint8_t *option = (uint8_t *)tcp + at;
        barrier_var(option);
        if (at >= header || (void *)(option + 1) > ctx->data_end)
            break;
        if (at < next)
            continue;
        uint8_t kind = option[0];
        /* Read before the call: the verifier does not carry what it knows of `option` through the branches of count. */
        uint8_t length = 0;
        if ((void *)(option + 2) <= ctx->data_end)
            length = option[1];
        count(kind);
        if (kind == TCP_OPTION_END)
            break;
        if (kind == TCP_OPTION_NOTHING)
            continue;
        if (length < 2)
            break;
        next = at + length;
    }
    return XDP_PASS;
}
