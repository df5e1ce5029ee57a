/* SPDX-License-Identifier: MIT */
/* Mended as the report says: give the variable a value where it is declared */
#include <winbpf/xdp.h>
#pragma clang diagnostic ignored "-Wsometimes-uninitialized"
SEC("xdp")
int uninitialised_variable(xdp_md_t *ctx)
{
    volatile uint32_t limit = 9000;
    if (ctx->ingress_ifindex > 3)
        limit = 1500;
    return (uint8_t *)ctx->data_end - (uint8_t *)ctx->data > limit ? XDP_DROP : XDP_PASS;
}
