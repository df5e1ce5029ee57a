/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass a map of type BPF_MAP_TYPE_PROG_ARRAY */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 16);
    __type(key, uint32_t);
    __type(value, uint32_t);
} counts SEC(".maps");

SEC("xdp")
int tail_call_hash(xdp_md_t *ctx)
{
    bpf_tail_call(ctx, &counts, 0);
    return XDP_PASS;
}
