/* SPDX-License-Identifier: MIT */
/* Mended as the report says: 131 is Linux' bpf_ringbuf_reserve, which Windows does not have: fill a variable
 * on the stack, and pass its address to bpf_ringbuf_output */
#include <winbpf/bind.h>
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events SEC(".maps");

SEC("bind")
int linux_helper(bind_md_t *ctx)
{
    uint64_t record = ctx->process_id;
    bpf_ringbuf_output(&events, &record, sizeof(record), 0);
    return BIND_PERMIT;
}
