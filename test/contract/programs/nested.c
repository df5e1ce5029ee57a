/* SPDX-License-Identifier: MIT */
/* Maps in maps: an array with static values, and a hash whose template has no name. */
#include <winbpf/bind.h>

struct numbers {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __type(key, uint32_t);
    __type(value, uint32_t);
} inner SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 2);
    __type(key, uint32_t);
    __array(values, struct numbers);
} outer SEC(".maps") = {
    .values = {[1] = &inner},
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
    __uint(max_entries, 2);
    __type(key, uint32_t);
    __type(value, uint32_t);
    __array(
        values, struct {
            __uint(type, BPF_MAP_TYPE_HASH);
            __uint(max_entries, 4);
            __type(key, uint32_t);
            __type(value, uint32_t);
        });
} table SEC(".maps");

/* The number in inner[0] of outer[1], or -1 where there is none. */
SEC("bind")
int nested(bind_md_t *ctx)
{
    uint32_t one = 1, zero = 0;
    (void)ctx;
    void *found = bpf_map_lookup_elem(&outer, &one);
    if (found == NULL)
        return -1;
    uint32_t *number = bpf_map_lookup_elem(found, &zero);
    return number == NULL ? -2 : (int)*number;
}

SEC("bind/table")
int in_table(bind_md_t *ctx)
{
    uint32_t key = ctx->protocol;
    void *found = bpf_map_lookup_elem(&table, &key);
    if (found == NULL)
        return -1;
    uint32_t *number = bpf_map_lookup_elem(found, &key);
    return number == NULL ? -2 : (int)*number;
}
