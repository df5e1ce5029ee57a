/* SPDX-License-Identifier: MIT */
/* Mended as the report says: copy the fields that are to be read to a variable, and pass the variable's
 * address; write the context's fields one by one */
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
    uint64_t process = ctx->process_id;
    return bpf_map_lookup_elem(&processes, &process) ? BIND_DENY : BIND_PERMIT;
}
