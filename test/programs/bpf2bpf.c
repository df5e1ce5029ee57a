/* SPDX-License-Identifier: MIT */
/* Counts frames by the power of two of their length, through functions that call functions, each in its own frame. */
#include <winbpf/xdp.h>

#define POWERS 17

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, POWERS);
    __type(key, uint32_t); /* n: at least 2^n bytes, less than 2^(n+1) */
    __type(value, uint64_t);
} sizes SEC(".maps");

/* Each step looks at half of the bits; what it knows lies on its own stack while the next one runs. */
static __noinline uint32_t power_of_4_bits(uint32_t value)
{
    volatile uint32_t low = value & 0xf;
    return low >= 8 ? 3 : low >= 4 ? 2 : low >= 2 ? 1 : 0;
}

static __noinline uint32_t power_of_8_bits(uint32_t value)
{
    volatile uint32_t high = value >> 4 & 0xf;
    uint32_t below = power_of_4_bits(high ? high : value);
    return high ? below + 4 : below;
}

static __noinline uint32_t power_of_16_bits(uint32_t value)
{
    volatile uint32_t high = value >> 8 & 0xff;
    uint32_t below = power_of_8_bits(high ? high : value);
    return high ? below + 8 : below;
}

static __noinline int count_size(uint32_t length)
{
    uint32_t power = length >> 16 ? 16 : power_of_16_bits(length);
    uint64_t *frames = bpf_map_lookup_elem(&sizes, &power);
    if (!frames)
        return 0;
    __sync_fetch_and_add(frames, 1);
    return 1;
}

SEC("xdp")
xdp_action_t bpf2bpf(xdp_md_t *ctx)
{
    return count_size(ctx->data_end - ctx->data) ? XDP_PASS : XDP_DROP;
}
