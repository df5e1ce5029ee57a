/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass a pointer, or 0 for the size */
#include <winbpf/xdp.h>
SEC("xdp")
int null_with_size(xdp_md_t *ctx)
{
    uint32_t word = ctx->ingress_ifindex;
    return bpf_csum_diff(0, 0, &word, sizeof(word), 0) == 0 ? XDP_DROP : XDP_PASS;
}
