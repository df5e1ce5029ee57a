/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare app_id_start + 2 with app_id_end first, and leave if it is greater */
#include <winbpf/bind.h>
SEC("bind")
int app_id_unchecked(bind_md_t *ctx)
{
    const uint16_t *name = (const uint16_t *)ctx->app_id_start;
    if (ctx->app_id_start + 2 > ctx->app_id_end)
        return BIND_PERMIT;
    return name[0] == 'n' ? BIND_DENY : BIND_PERMIT;
}
