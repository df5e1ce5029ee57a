/* SPDX-License-Identifier: MIT */
/* Reads a map as if it were memory. */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} counts SEC(".maps");

SEC("xdp")
int map_dereference(xdp_md_t *ctx)
{
    (void)ctx;
    void *map = &counts;
    asm volatile("" : "+r"(map));
    return *(volatile int *)map;
}
