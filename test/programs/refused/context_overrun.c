/* SPDX-License-Identifier: MIT */
/* Reads behind the end of the context. */
#include <winbpf/xdp.h>
SEC("xdp")
int context_overrun(xdp_md_t *ctx)
{
    return *((volatile uint32_t *)ctx + 8);
}
