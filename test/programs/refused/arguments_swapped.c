/* SPDX-License-Identifier: MIT */
/* Passes a record's size where its address belongs, and the other way round. */
#include <winbpf/bind.h>
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events SEC(".maps");

SEC("bind")
int arguments_swapped(bind_md_t *ctx)
{
    uint64_t process = ctx->process_id;
    bpf_ringbuf_output(&events, (void *)sizeof(process), (uint64_t)&process, 0);
    return BIND_PERMIT;
}
