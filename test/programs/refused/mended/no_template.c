/* SPDX-License-Identifier: MIT */
/* Mended as the report says: declare what is inside, __array(values, struct inner_map); if it is to be no map
 * of maps, compile with the headers for Windows (winbpf headers): Linux numbers map types differently */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, uint64_t);
} packets SEC(".maps");

SEC("xdp")
int no_template(xdp_md_t *ctx)
{
    uint32_t key = 0;
    uint64_t *count = bpf_map_lookup_elem(&packets, &key);
    if (count)
        *count += ctx->ingress_ifindex;
    return XDP_PASS;
}
