/* SPDX-License-Identifier: MIT */
/* Mended as the report says: pass the size of what argument 2 points to, as in sizeof(it): look whether the
 * arguments are in order */
#include <winbpf/bind.h>
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events SEC(".maps");

SEC("bind")
int arguments_swapped(bind_md_t *ctx)
{
    uint64_t process = ctx->process_id;
    bpf_ringbuf_output(&events, &process, sizeof(process), 0);
    return BIND_PERMIT;
}
