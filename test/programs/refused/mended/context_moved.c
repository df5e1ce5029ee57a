/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass the pointer that the program was called with, unchanged */
#include <winbpf/xdp.h>
SEC("xdp")
int context_moved(xdp_md_t *ctx)
{
    xdp_md_t *moved = ctx;
    asm volatile("" : "+r"(moved));
    return bpf_xdp_adjust_head(moved, 4);
}
