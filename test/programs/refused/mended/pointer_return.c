/* SPDX-License-Identifier: MIT */
/* Mended as the report says: return a number: a pointer would tell the kernel's addresses */
#include <winbpf/xdp.h>
SEC("xdp")
int pointer_return(xdp_md_t *ctx)
{
    return ctx->data ? XDP_PASS : XDP_DROP;
}
