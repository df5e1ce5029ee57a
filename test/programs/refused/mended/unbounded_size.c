/* SPDX-License-Identifier: MIT */
/* Mended as the report says: make the size smaller, or compare data + 256 with data_end first */
#include <winbpf/xdp.h>
SEC("xdp")
int unbounded_size(xdp_md_t *ctx)
{
    uint8_t copy[256] = {0};
    const uint8_t *data = ctx->data;
    if (data + 256 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    bpf_memcpy_s(copy, sizeof(copy), data + 1, data[0]);
    return copy[0] == 1 ? XDP_DROP : XDP_PASS;
}
