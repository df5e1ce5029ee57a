/* SPDX-License-Identifier: MIT */
/*
 * Sends connections to a proxy: where they were to go decides whether, and the proxy is told of it by the redirect
 * context. What the proxy itself opens is left alone.
 */
#include <winbpf/sock_addr.h>

volatile const uint32_t proxy_process = 0; /* its process id; 0 for none */

struct destination {
    uint32_t family;   /* AF_INET or AF_INET6 */
    uint8_t address[16]; /* the first four for IPv4 */
    uint16_t port;     /* network byte order */
    uint16_t protocol; /* IPPROTO_* */
};

struct proxy {
    uint32_t address[4]; /* network byte order */
    uint16_t port;       /* network byte order */
    uint16_t unused;
};

/* What the proxy reads of an accepted connection. */
struct origin {
    struct destination destination;
    uint32_t process;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __type(key, struct destination);
    __type(value, struct proxy);
} proxies SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, uint32_t); /* process id */
    __type(value, uint64_t);
} redirected SEC(".maps");

static __always_inline void count(uint32_t process)
{
    uint64_t *connections = bpf_map_lookup_elem(&redirected, &process);
    if (connections) {
        __sync_fetch_and_add(connections, 1);
        return;
    }
    uint64_t one = 1;
    bpf_map_update_elem(&redirected, &process, &one, BPF_ANY);
}

/* The proxy for a connection, if it is to go there; the proxy's data is left behind. */
static __always_inline struct proxy *find(bpf_sock_addr_t *ctx, struct origin *origin)
{
    origin->process = bpf_get_current_pid_tgid() >> 32;
    if (origin->process == proxy_process)
        return NULL;
    origin->destination.family = ctx->family;
    origin->destination.port = ctx->user_port;
    origin->destination.protocol = ctx->protocol;
    return bpf_map_lookup_elem(&proxies, &origin->destination);
}

SEC("cgroup/connect4")
int redirect4(bpf_sock_addr_t *ctx)
{
    struct origin origin = {};
    uint32_t address = ctx->user_ip4;
    __builtin_memcpy(origin.destination.address, &address, sizeof(address));
    struct proxy *proxy = find(ctx, &origin);
    if (!proxy)
        return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
    if (bpf_sock_addr_set_redirect_context(ctx, &origin, sizeof(origin)) < 0)
        return BPF_SOCK_ADDR_VERDICT_REJECT;
    ctx->user_ip4 = proxy->address[0];
    ctx->user_port = proxy->port;
    count(origin.process);
    return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
}

SEC("cgroup/connect6")
int redirect6(bpf_sock_addr_t *ctx)
{
    struct origin origin = {};
    __builtin_memcpy(origin.destination.address, ctx->user_ip6, sizeof(origin.destination.address));
    struct proxy *proxy = find(ctx, &origin);
    if (!proxy)
        return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
    if (bpf_sock_addr_set_redirect_context(ctx, &origin, sizeof(origin)) < 0)
        return BPF_SOCK_ADDR_VERDICT_REJECT;
    ctx->user_ip6[0] = proxy->address[0];
    ctx->user_ip6[1] = proxy->address[1];
    ctx->user_ip6[2] = proxy->address[2];
    ctx->user_ip6[3] = proxy->address[3];
    ctx->user_port = proxy->port;
    count(origin.process);
    return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
}
