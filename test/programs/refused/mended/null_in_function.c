/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare it with 0 after bpf_map_lookup_elem, and use it only where it is not 0 */
#include <winbpf/sock_ops.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint32_t);
    __type(value, uint64_t);
} counts SEC(".maps");

static __noinline uint64_t *counter(uint32_t address)
{
    return bpf_map_lookup_elem(&counts, &address);
}

SEC("sockops")
int null_in_function(bpf_sock_ops_t *ctx)
{
    uint64_t *packets = counter(ctx->remote_ip4);
    if (packets)
        ++*packets;
    return 0;
}
