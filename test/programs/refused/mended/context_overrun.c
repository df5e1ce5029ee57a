/* SPDX-License-Identifier: MIT */
/* Mended as the report says: read its fields only, and check that the section names the type of the program's
 * argument */
#include <winbpf/xdp.h>
SEC("xdp")
int context_overrun(xdp_md_t *ctx)
{
    return *(volatile uint32_t *)&ctx->ingress_ifindex;
}
