/* SPDX-License-Identifier: MIT */
/* Passes the packet to a helper that wants the context. */
#include <winbpf/xdp.h>
SEC("xdp")
int not_the_context(xdp_md_t *ctx)
{
    return bpf_xdp_adjust_head(ctx->data, 4) == 0 ? XDP_PASS : XDP_DROP;
}
