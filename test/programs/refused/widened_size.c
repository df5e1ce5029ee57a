/* SPDX-License-Identifier: MIT */
/* Checks a length of 16 bits; the compiler checks half a register, and extends its sign behind the check. */
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
    int16_t length = *(const int16_t *)(data + 2);
    if (length > 64)
        return XDP_PASS;
    bpf_ringbuf_output(&events, data, length, 0);
    return XDP_PASS;
}
