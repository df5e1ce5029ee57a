/* SPDX-License-Identifier: MIT */
/* Keeps a packet pointer in 32 bits. */
#include <winbpf/xdp.h>
SEC("xdp")
int pointer_truncated(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 14 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    uint32_t address = (uint32_t)(uint64_t)data;
    asm volatile("" : "+r"(address));
    return *(const volatile uint8_t *)(uint64_t)address;
}
