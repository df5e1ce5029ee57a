/* SPDX-License-Identifier: MIT */
/* The section is named after no program type. */
#include <winbpf/xdp.h>
SEC("my_filter")
int no_such_section(xdp_md_t *ctx)
{
    return ctx->ingress_ifindex > 3 ? XDP_DROP : XDP_PASS;
}
