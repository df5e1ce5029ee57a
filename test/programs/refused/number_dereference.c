/* SPDX-License-Identifier: MIT */
/* Uses a number of the context as an address. */
#include <winbpf/xdp.h>
SEC("xdp")
int number_dereference(xdp_md_t *ctx)
{
    uint64_t address = ctx->ingress_ifindex;
    return *(volatile uint8_t *)address;
}
