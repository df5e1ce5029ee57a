/* SPDX-License-Identifier: MIT */
/* Reserves a record as one does on Linux. */
#include <winbpf/bind.h>
static void *(*const bpf_ringbuf_reserve)(void *ring, uint64_t size, uint64_t flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *record, uint64_t flags) = (void *)132;
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events SEC(".maps");

SEC("bind")
int linux_helper(bind_md_t *ctx)
{
    uint64_t *record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);
    if (!record)
        return BIND_PERMIT;
    *record = ctx->process_id;
    bpf_ringbuf_submit(record, 0);
    return BIND_PERMIT;
}
