/* SPDX-License-Identifier: MIT */
/* Returns a pointer instead of a verdict. */
#include <winbpf/xdp.h>
SEC("xdp")
void *pointer_return(xdp_md_t *ctx)
{
    return ctx->data;
}
