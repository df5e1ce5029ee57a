/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass a number: a pointer would tell others the kernel's addresses */
#include <winbpf/xdp.h>
SEC("xdp")
int pointer_printed(xdp_md_t *ctx)
{
    bpf_printk("interface %llx", (uint64_t)ctx->ingress_ifindex);
    return XDP_PASS;
}
