/* SPDX-License-Identifier: MIT */
/* Copies as many bytes as the packet says. */
#include <winbpf/xdp.h>
SEC("xdp")
int unbounded_size(xdp_md_t *ctx)
{
    uint8_t copy[32] = {0};
    const uint8_t *data = ctx->data;
    if (data + 64 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    bpf_memcpy_s(copy, sizeof(copy), data + 1, data[0]);
    return copy[0] == 1 ? XDP_DROP : XDP_PASS;
}
