/* SPDX-License-Identifier: MIT */
/* A size that may be negative. */
#include <winbpf/xdp.h>
SEC("xdp")
int size_negative(xdp_md_t *ctx)
{
    uint8_t buffer[16] = {0};
    int64_t size = (int64_t)ctx->ingress_ifindex - 4;
    if (size > 16)
        return XDP_PASS;
    return bpf_memset(buffer, size, 0) != 0;
}
