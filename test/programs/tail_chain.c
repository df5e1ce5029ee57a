/* SPDX-License-Identifier: MIT */
/*
 * Authorizes connections in stages, each a program of its own: the first says whether it minds, then hands over to the
 * next. A stage that is missing ends the chain, and the connection is permitted.
 */
#include <winbpf/sock_addr.h>

enum stage { STAGE_PROCESS = 0, STAGE_PORT = 1, STAGE_INTERFACE = 2, STAGES = 3 };

#define HTTPS 443
#define IF_TYPE_IEEE80211 71 /* IANA: wireless */

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, STAGES);
    __type(key, uint32_t);
    __type(value, uint32_t);
} stages SEC(".maps");

/* How often each stage ran, the entry behind them. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, STAGES + 1);
    __type(key, uint32_t);
    __type(value, uint64_t);
} ran SEC(".maps");

static __always_inline void count(uint32_t stage)
{
    uint64_t *times = bpf_map_lookup_elem(&ran, &stage);
    if (times)
        __sync_fetch_and_add(times, 1);
}

SEC("cgroup/connect_authorization4")
int authorize(bpf_sock_addr_t *ctx)
{
    count(STAGES);
    bpf_tail_call(ctx, &stages, STAGE_PROCESS);
    return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
}

/* Administrators go ahead, whatever the others would say. */
SEC("cgroup/connect_authorization4/process")
int by_process(bpf_sock_addr_t *ctx)
{
    count(STAGE_PROCESS);
    if (bpf_is_current_admin(ctx) == 1)
        return BPF_SOCK_ADDR_VERDICT_PROCEED_HARD;
    bpf_tail_call(ctx, &stages, STAGE_PORT);
    return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
}

/* Nothing but HTTPS. */
SEC("cgroup/connect_authorization4/port")
int by_port(bpf_sock_addr_t *ctx)
{
    count(STAGE_PORT);
    if (ctx->user_port != bpf_htons(HTTPS))
        return BPF_SOCK_ADDR_VERDICT_REJECT;
    bpf_tail_call(ctx, &stages, STAGE_INTERFACE);
    return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
}

/* Not over wireless networks. */
SEC("cgroup/connect_authorization4/interface")
int by_interface(bpf_sock_addr_t *ctx)
{
    count(STAGE_INTERFACE);
    bpf_sock_addr_network_context_t network = {};
    if (bpf_sock_addr_get_network_context(ctx, &network, sizeof(network)) < 0)
        return BPF_SOCK_ADDR_VERDICT_REJECT;
    return network.interface_type == IF_TYPE_IEEE80211 ? BPF_SOCK_ADDR_VERDICT_REJECT
                                                       : BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
}
