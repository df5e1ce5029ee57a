/* SPDX-License-Identifier: MIT */
/* A bind program that calls a helper of XDP. */
#include <winbpf/bind.h>
#include <winbpf/xdp.h>
SEC("bind")
int other_types_helper(bind_md_t *ctx)
{
    return bpf_xdp_adjust_head((xdp_md_t *)(void *)ctx, 4) == 0 ? BIND_PERMIT : BIND_DENY;
}
