/* SPDX-License-Identifier: MIT */
/* Mended as the report says: check that it is not negative, and 16 at most, in a 64-bit variable, before the call */
#include <winbpf/xdp.h>
SEC("xdp")
int size_negative(xdp_md_t *ctx)
{
    uint8_t buffer[16] = {0};
    int64_t size = (int64_t)ctx->ingress_ifindex - 4;
    asm volatile("" : "+r"(size));
    if (size < 0 || size > 16)
        return XDP_PASS;
    return bpf_memset(buffer, size, 0) != 0;
}
