/* SPDX-License-Identifier: MIT */
/* Mended as the report says: call helpers of the program's own type only: numbers from 65536 on belong to one type
 * each on Windows */
#include <winbpf/bind.h>
#include <winbpf/xdp.h>
SEC("bind")
int other_types_helper(bind_md_t *ctx)
{
    return bpf_is_current_admin(ctx) ? BIND_PERMIT : BIND_DENY;
}
