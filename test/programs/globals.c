/* SPDX-License-Identifier: MIT */
/* Global variables of all three kinds: read-only ones that the loader may set, initialised ones, and zeroed ones. */
#include <winbpf/xdp.h>

volatile const uint32_t sample_rate = 1; /* .rodata: every how manieth packet is looked at; 0 for none */

uint32_t smallest = 0xffffffff; /* .data: bytes of the smallest sampled frame */
int64_t budget = 1000000;       /* .data: bytes that may still pass; whatever would overdraw it is dropped */

uint64_t packets; /* .bss: all of them */
struct {
    uint64_t packets;
    uint64_t bytes;
    uint32_t largest; /* bytes */
} sampled;            /* .bss */

SEC("xdp")
xdp_action_t globals(xdp_md_t *ctx)
{
    uint32_t length = ctx->data_end - ctx->data;
    uint32_t rate = sample_rate;
    packets++;
    if (rate != 0 && packets % rate == 0) {
        sampled.packets++;
        sampled.bytes += length;
        if (length < smallest)
            smallest = length;
        if (length > sampled.largest)
            sampled.largest = length;
    }
    if (budget < (int64_t)length)
        return XDP_DROP;
    budget -= length;
    return XDP_PASS;
}
