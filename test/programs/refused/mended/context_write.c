/* SPDX-License-Identifier: MIT */
/* Mended as the report says: leave data and data_end alone: to change the packet write through them, to move its
 * start call bpf_xdp_adjust_head */
#include <winbpf/xdp.h>
SEC("xdp")
int context_write(xdp_md_t *ctx)
{
    return bpf_xdp_adjust_head(ctx, 4) == 0 ? XDP_PASS : XDP_DROP;
}
