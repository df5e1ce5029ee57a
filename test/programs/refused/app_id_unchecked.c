/* SPDX-License-Identifier: MIT */
/* Reads the first letter of a program's name without asking whether there is one. */
#include <winbpf/bind.h>
SEC("bind")
int app_id_unchecked(bind_md_t *ctx)
{
    const uint16_t *name = (const uint16_t *)ctx->app_id_start;
    return name[0] == 'n' ? BIND_DENY : BIND_PERMIT;
}
