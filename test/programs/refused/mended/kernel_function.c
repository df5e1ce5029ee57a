/* SPDX-License-Identifier: MIT */
/* Mended as the report says: call a helper instead: Windows has no kernel functions to call, and of Linux'
 * the verifier knows some only */
#include <winbpf/bind.h>
SEC("bind")
int kernel_function(bind_md_t *ctx)
{
    return bpf_is_current_admin(ctx) ? BIND_DENY : BIND_PERMIT;
}
