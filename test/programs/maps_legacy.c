/* SPDX-License-Identifier: MIT */
/* The same maps as in maps_btf.c, declared as records of the "maps" section: sizes only. */
#include "flows.h"

struct bpf_map_def SEC("maps") flows = {
    .type = BPF_MAP_TYPE_HASH,
    .key_size = sizeof(struct flow),
    .value_size = sizeof(struct flow_traffic),
    .max_entries = 1024,
};

struct bpf_map_def SEC("maps") totals = {
    .type = BPF_MAP_TYPE_ARRAY,
    .key_size = sizeof(uint32_t),
    .value_size = sizeof(uint64_t),
    .max_entries = 1,
};

SEC("xdp")
xdp_action_t maps_legacy(xdp_md_t *ctx)
{
    return count_flow(ctx, &flows, &totals);
}
