/* SPDX-License-Identifier: MIT */
/* Linux' number of a per-CPU array: on Windows 6 is a hash of maps, and nothing says of what. */
#include <winbpf/xdp.h>
struct {
    __uint(type, 6);
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
