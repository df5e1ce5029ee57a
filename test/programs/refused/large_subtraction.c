/* SPDX-License-Identifier: MIT */
/* Subtracts 0x80000000 from a packet pointer, with which the verifier cannot cope. */
#include <winbpf/xdp.h>
SEC("xdp")
int large_subtraction(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    asm volatile("%0 -= 0x80000000" : "+r"(data));
    asm volatile("%0 += 0x7fffffff" : "+r"(data));
    asm volatile("%0 += 1" : "+r"(data));
    return data[0];
}
