/* SPDX-License-Identifier: MIT */
/* Overwrites the context's packet pointer. */
#include <winbpf/xdp.h>
SEC("xdp")
int context_write(xdp_md_t *ctx)
{
    *(volatile uint64_t *)&ctx->data_end = 0;
    return XDP_PASS;
}
