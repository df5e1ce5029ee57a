/* SPDX-License-Identifier: MIT */
/* Mended as the report says: compile for -target bpf, and do not edit the code */
#include <winbpf/xdp.h>
SEC("xdp")
int broken_instruction(xdp_md_t *ctx)
{
    (void)ctx;
    return XDP_PASS;
}
