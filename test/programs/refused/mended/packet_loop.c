/* SPDX-License-Identifier: MIT */
/* Mended as the report says: bound the offset before it is added to the pointer: mask it, or leave if it is above
 * 65535; in a loop, bound the number of rounds too */
#include <winbpf/xdp.h>
SEC("xdp")
int packet_loop(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    uint32_t records = 0;
    uint32_t at = 0;
    for (uint64_t i = 0; i < 32; i++) {
        asm volatile("" : "+r"(i));
        asm volatile("" : "+r"(at));
        if (at > 1500)
            break;
        const uint8_t *record = data + at;
        if (record + 1 > end)
            break;
        records++;
        at += *record;
    }
    return records > 4 ? XDP_DROP : XDP_PASS;
}
