/* SPDX-License-Identifier: MIT */
/* Tail calls through a hash map instead of a program array. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int tail_call_hash(xdp_md_t *ctx)
{
    bpf_tail_call(ctx, &counts, 0);
    return XDP_PASS;
}
