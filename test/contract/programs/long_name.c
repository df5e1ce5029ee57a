/* SPDX-License-Identifier: MIT */
/* A map with a name of 64 bytes: one too many. */
#include <winbpf/bind.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, uint32_t);
} a123456789b123456789c123456789d123456789e123456789f123456789g123 SEC(".maps");

SEC("bind")
int long_name(bind_md_t *ctx)
{
    uint32_t zero = 0;
    (void)ctx;
    uint32_t *number = bpf_map_lookup_elem(&a123456789b123456789c123456789d123456789e123456789f123456789g123, &zero);
    return number == NULL ? -1 : (int)*number;
}
