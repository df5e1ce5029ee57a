/* SPDX-License-Identifier: MIT */
/* Looks a process up by its number in the context, where it stands. */
#include <winbpf/bind.h>
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, uint64_t);
    __type(value, uint64_t);
} processes SEC(".maps");

SEC("bind")
int context_as_key(bind_md_t *ctx)
{
    return bpf_map_lookup_elem(&processes, &ctx->process_id) ? BIND_DENY : BIND_PERMIT;
}
