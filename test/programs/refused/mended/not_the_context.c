/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass the pointer that the program was called with */
#include <winbpf/xdp.h>
SEC("xdp")
int not_the_context(xdp_md_t *ctx)
{
    return bpf_xdp_adjust_head(ctx, 4) == 0 ? XDP_PASS : XDP_DROP;
}
