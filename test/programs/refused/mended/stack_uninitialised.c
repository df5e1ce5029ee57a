/* SPDX-License-Identifier: MIT */
/* Mended as the report says: initialise all of the key, padding included, before its members are set: memset(&key,
 * 0, sizeof(key)) */
#include <winbpf/xdp.h>
struct key {
    uint32_t low;
    uint32_t high;
};
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int stack_uninitialised(xdp_md_t *ctx)
{
    struct key key;
    __builtin_memset(&key, 0, sizeof(key));
    key.low = ctx->ingress_ifindex;
    return bpf_map_delete_elem(&counts, &key) == 0;
}
