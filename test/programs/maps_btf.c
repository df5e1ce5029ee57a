/* SPDX-License-Identifier: MIT */
/* Maps declared through BTF, which carries the types of keys and values. */
#include "flows.h"

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, struct flow);
    __type(value, struct flow_traffic);
} flows SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(uint32_t));
    __uint(value_size, sizeof(uint64_t));
} totals SEC(".maps");

SEC("xdp")
xdp_action_t maps_btf(xdp_md_t *ctx)
{
    return count_flow(ctx, &flows, &totals);
}
