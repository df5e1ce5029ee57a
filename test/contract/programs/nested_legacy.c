/* SPDX-License-Identifier: MIT */
/* Maps in maps of the "maps" section: the template by index, and by id. */
#include <winbpf/bind.h>

struct bpf_map_def SEC("maps") inner = {
    .type = BPF_MAP_TYPE_ARRAY,
    .key_size = sizeof(uint32_t),
    .value_size = sizeof(uint32_t),
    .max_entries = 2,
    .id = 10,
};

struct bpf_map_def SEC("maps") by_id = {
    .type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
    .key_size = sizeof(uint32_t),
    .value_size = sizeof(uint32_t),
    .max_entries = 2,
    .id = 11,
    .inner_id = 10,
};

SEC("bind")
int nested_legacy(bind_md_t *ctx)
{
    uint32_t zero = 0;
    (void)ctx;
    void *found = bpf_map_lookup_elem(&by_id, &zero);
    if (found == NULL)
        return -1;
    uint32_t *number = bpf_map_lookup_elem(found, &zero);
    return number == NULL ? -2 : (int)*number;
}
