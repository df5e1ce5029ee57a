/* SPDX-License-Identifier: MIT */
/*
 * Who may bind which port, and who may listen: ports below 1024 are for administrators, others as the map says. To
 * listen on all addresses takes a rule; on one of them, none.
 */
#include <winbpf/sock_addr.h>

#define FIRST_FREE_PORT 1024

struct port {
    uint16_t port; /* host byte order */
    uint16_t protocol;
};

struct rule {
    uint8_t verdict;    /* ebpf_sock_addr_verdict_t, for binding */
    uint8_t may_listen; /* on all addresses */
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __type(key, struct port);
    __type(value, struct rule);
} rules SEC(".maps");

/* By logon session: how often it was refused. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __type(key, uint64_t);
    __type(value, uint32_t);
} refused SEC(".maps");

static __always_inline int refuse(bpf_sock_addr_t *ctx)
{
    uint64_t session = bpf_get_current_logon_id(ctx);
    uint32_t *before = bpf_map_lookup_elem(&refused, &session);
    uint32_t times = before ? *before + 1 : 1;
    bpf_map_update_elem(&refused, &session, &times, BPF_ANY);
    return BPF_SOCK_ADDR_VERDICT_REJECT;
}

static __always_inline struct rule *rule_for(bpf_sock_addr_t *ctx)
{
    struct port key = {.port = bpf_ntohs(ctx->user_port), .protocol = ctx->protocol};
    return bpf_map_lookup_elem(&rules, &key);
}

static __always_inline int may_bind(bpf_sock_addr_t *ctx)
{
    struct rule *rule = rule_for(ctx);
    if (rule)
        return rule->verdict == BPF_SOCK_ADDR_VERDICT_REJECT ? refuse(ctx) : rule->verdict;
    if (bpf_ntohs(ctx->user_port) < FIRST_FREE_PORT && bpf_is_current_admin(ctx) != 1)
        return refuse(ctx);
    return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
}

static __always_inline int may_listen(bpf_sock_addr_t *ctx, bool on_all)
{
    struct rule *rule = on_all ? rule_for(ctx) : NULL;
    if (on_all && (!rule || !rule->may_listen))
        return refuse(ctx);
    return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
}

SEC("cgroup/bind4")
int bind4(bpf_sock_addr_t *ctx)
{
    return may_bind(ctx);
}

SEC("cgroup/bind6")
int bind6(bpf_sock_addr_t *ctx)
{
    return may_bind(ctx);
}

SEC("cgroup/listen4")
int listen4(bpf_sock_addr_t *ctx)
{
    return may_listen(ctx, ctx->user_ip4 == 0);
}

SEC("cgroup/listen6")
int listen6(bpf_sock_addr_t *ctx)
{
    return may_listen(ctx, (ctx->user_ip6[0] | ctx->user_ip6[1] | ctx->user_ip6[2] | ctx->user_ip6[3]) == 0);
}
