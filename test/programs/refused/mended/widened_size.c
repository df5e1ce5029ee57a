/* SPDX-License-Identifier: MIT */
/* Mended as the report says: check that it is above 0, and below the size of the memory, in a 64-bit
 * variable, before the call; it may have been checked in 32 bits and widened behind that: asm volatile("" :
 * "+r"(it)) before the check forbids it */
#include <winbpf/xdp.h>
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int widened_size(xdp_md_t *ctx)
{
    const uint8_t *data = ctx->data;
    if (data + 64 > (const uint8_t *)ctx->data_end)
        return XDP_PASS;
    int64_t length = *(const int16_t *)(data + 2);
    asm volatile("" : "+r"(length));
    if (length <= 0 || length > 64)
        return XDP_PASS;
    bpf_ringbuf_output(&events, data, length, 0);
    return XDP_PASS;
}
