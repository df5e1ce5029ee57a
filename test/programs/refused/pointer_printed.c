/* SPDX-License-Identifier: MIT */
/* Prints an address into the trace. */
#include <winbpf/xdp.h>
SEC("xdp")
int pointer_printed(xdp_md_t *ctx)
{
    bpf_printk("context at %llx", (uint64_t)ctx);
    return XDP_PASS;
}
