/* SPDX-License-Identifier: MIT */
/* A sum over 4 bytes at a pointer that is 0. */
#include <winbpf/xdp.h>
SEC("xdp")
int null_with_size(xdp_md_t *ctx)
{
    uint32_t word = ctx->ingress_ifindex;
    return bpf_csum_diff(0, 4, &word, sizeof(word), 0) == 0 ? XDP_DROP : XDP_PASS;
}
