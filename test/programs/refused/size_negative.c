/* SPDX-License-Identifier: MIT */
/* A size that may be 0 or huge for a helper that writes. */
#include <winbpf/xdp.h>
SEC("xdp")
int size_negative(xdp_md_t *ctx)
{
    uint8_t buffer[16] = {0};
    int64_t size = (int64_t)ctx->data_meta;
    return bpf_memset(buffer, size, 0) != 0;
}
