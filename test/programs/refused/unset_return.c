/* SPDX-License-Identifier: MIT */
/* Leaves without a return value. */
#include <winbpf/xdp.h>
SEC("xdp")
int unset_return(xdp_md_t *ctx)
{
    (void)ctx;
    asm volatile("exit");
    return XDP_PASS;
}
