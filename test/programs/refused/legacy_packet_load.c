/* SPDX-License-Identifier: MIT */
/* Reads the packet as old socket filters do; Windows has no such instructions. */
#include <winbpf/xdp.h>
uint64_t load_byte(void *packet, uint64_t offset) asm("llvm.bpf.load.byte");

SEC("xdp")
int legacy_packet_load(xdp_md_t *ctx)
{
    return load_byte(ctx, 12) == 8 ? XDP_DROP : XDP_PASS;
}
