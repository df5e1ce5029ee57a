/* SPDX-License-Identifier: MIT */
/* Mended as the report says: check the helper's number against the platform's header (Windows and Linux number
 * them differently), and whether it is there for this program type */
#include <winbpf/xdp.h>
static int (*no_such_helper)(void) = (void *)BPF_FUNC_get_smp_processor_id;

SEC("xdp")
int wrong_helper(xdp_md_t *ctx)
{
    (void)ctx;
    return no_such_helper();
}
