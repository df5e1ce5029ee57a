/* SPDX-License-Identifier: MIT */
/* Mended as the report says: name the section after one, as in SEC("xdp") or SEC("bind"), or say the type by name */
#include <winbpf/xdp.h>
SEC("xdp")
int no_such_section(xdp_md_t *ctx)
{
    return ctx->ingress_ifindex > 3 ? XDP_DROP : XDP_PASS;
}
