/* SPDX-License-Identifier: MIT */
/* Each tenant (a network compartment) has a map of its own, of the ports that it serves; nobody else's counts there. */
#include <winbpf/sock_addr.h>

struct ports {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 64);
    __type(key, uint16_t);   /* host byte order */
    __type(value, uint64_t); /* connections accepted */
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
    __uint(max_entries, 64);
    __type(key, uint32_t); /* compartment */
    __type(value, uint32_t);
    __array(values, struct ports);
} tenants SEC(".maps");

/* Of compartments that are nobody's, and ports that are not served. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 64);
    __type(key, uint32_t); /* compartment */
    __type(value, uint64_t);
} rejected SEC(".maps");

static __always_inline int accept(bpf_sock_addr_t *ctx)
{
    uint32_t compartment = ctx->compartment_id;
    void *ports = bpf_map_lookup_elem(&tenants, &compartment);
    if (ports) {
        uint16_t port = bpf_ntohs(ctx->user_port);
        uint64_t *accepted = bpf_map_lookup_elem(ports, &port);
        if (accepted) {
            __sync_fetch_and_add(accepted, 1);
            return BPF_SOCK_ADDR_VERDICT_PROCEED_SOFT;
        }
    }
    uint64_t *before = bpf_map_lookup_elem(&rejected, &compartment);
    uint64_t times = before ? *before + 1 : 1;
    bpf_map_update_elem(&rejected, &compartment, &times, BPF_ANY);
    return BPF_SOCK_ADDR_VERDICT_REJECT;
}

SEC("cgroup/recv_accept4")
int accept4(bpf_sock_addr_t *ctx)
{
    return accept(ctx);
}

SEC("cgroup/recv_accept6")
int accept6(bpf_sock_addr_t *ctx)
{
    return accept(ctx);
}
