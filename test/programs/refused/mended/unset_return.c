/* SPDX-License-Identifier: MIT */
/* Mended as the report says: return a number on every path: some way to this exit never sets r0 */
#include <winbpf/xdp.h>
SEC("xdp")
int unset_return(xdp_md_t *ctx)
{
    (void)ctx;
    asm volatile("r0 = 1; exit" : : : "r0");
    return XDP_PASS;
}
