/* SPDX-License-Identifier: MIT */
/* Mended as the report says: keep the pointer in a register or on the stack whole: arithmetic on 32 bits and
 * values loaded from the context's scalar fields or from map values are numbers to the verifier */
#include <winbpf/xdp.h>
SEC("xdp")
int number_dereference(xdp_md_t *ctx)
{
    const uint8_t *address = ctx->data;
    if (address + 1 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    return *address;
}
