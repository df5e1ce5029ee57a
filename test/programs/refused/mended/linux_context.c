/* SPDX-License-Identifier: MIT */
/* Mended as the report says: load the field whole, as the pointer that it is; where the program was written
 * for another platform, compile it with this one's headers: Linux' context fields have 32 bits, Windows' 64 */
#include <winbpf/xdp.h>
SEC("xdp")
int linux_context(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    const uint8_t *end = ctx->data_end;
    if (data + 1 > end)
        return XDP_PASS;
    return data[0];
}
