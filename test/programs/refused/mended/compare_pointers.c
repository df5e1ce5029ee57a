/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compare or subtract pointers into the same packet, stack or context only, or compare
 * with 0 */
#include <winbpf/xdp.h>
SEC("xdp")
int compare_pointers(xdp_md_t *ctx)
{
    volatile uint64_t here = 0;
    const void *stack = (const void *)&here;
    const void *data = ctx->data;
    return stack && data ? XDP_PASS : XDP_DROP;
}
