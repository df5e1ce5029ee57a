/* SPDX-License-Identifier: MIT */
/* Hands a helper an address inside the context. */
#include <winbpf/xdp.h>
SEC("xdp")
int context_moved(xdp_md_t *ctx)
{
    xdp_md_t *moved = (xdp_md_t *)((uint8_t *)ctx + 8);
    asm volatile("" : "+r"(moved));
    return bpf_xdp_adjust_head(moved, 4);
}
