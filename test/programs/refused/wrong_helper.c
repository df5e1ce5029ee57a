/* SPDX-License-Identifier: MIT */
/* Calls a helper that this program type does not have. */
#include <winbpf/xdp.h>
static int (*no_such_helper)(void) = (void *)4711;

SEC("xdp")
int wrong_helper(xdp_md_t *ctx)
{
    (void)ctx;
    return no_such_helper();
}
