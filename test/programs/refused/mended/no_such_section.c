/* SPDX-License-Identifier: MIT */
/* Mended as the report says: name the section after one of Windows' types (SEC("xdp"), SEC("bind"),
 * SEC("cgroup/connect4"), SEC("sockops"), SEC("netevent_monitor"), SEC("process"), SEC("sample_ext")), or say
 * the type by name; an object for Linux is verified with --platform linux */
#include <winbpf/xdp.h>
SEC("xdp")
int no_such_section(xdp_md_t *ctx)
{
    return ctx->ingress_ifindex > 3 ? XDP_DROP : XDP_PASS;
}
