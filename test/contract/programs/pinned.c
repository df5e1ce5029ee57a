/* SPDX-License-Identifier: MIT */
/* Maps that are pinned by their names, one of them a map of maps. */
#include <winbpf/bind.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, uint32_t);
    __uint(pinning, LIBBPF_PIN_BY_NAME);
} contract_shared SEC(".maps");

struct numbers {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, uint32_t);
    __type(value, uint32_t);
} contract_inner SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 2);
    __type(key, uint32_t);
    __uint(pinning, LIBBPF_PIN_BY_NAME);
    __array(values, struct numbers);
} contract_outer SEC(".maps");

/* The shared number. */
SEC("bind")
int pinned(bind_md_t *ctx)
{
    uint32_t zero = 0;
    (void)ctx;
    bpf_map_lookup_elem(&contract_outer, &zero);
    uint32_t *number = bpf_map_lookup_elem(&contract_shared, &zero);
    return number == NULL ? -1 : (int)*number;
}
