/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass the address of a map that is declared in the object, as in &my_map; where that is
 * what it does, declare the map without `static`: loaders find maps by their names */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, uint64_t);
} packets SEC(".maps");

SEC("xdp")
int static_map(xdp_md_t *ctx __attribute__((unused)))
{
    uint32_t key = 0;
    uint64_t *count = bpf_map_lookup_elem(&packets, &key);
    if (count)
        *count += 1;
    return XDP_PASS;
}
