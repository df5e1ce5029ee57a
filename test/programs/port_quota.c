/* SPDX-License-Identifier: MIT */
/* Lets a process hold so many ports at once and no more. Programs may have quotas of their own, by file name. */
#include <winbpf/bind.h>

volatile const uint32_t default_quota = 2; /* ports */

#define NAME_BYTES 64

struct name {
    uint8_t utf16[NAME_BYTES]; /* zeros behind the name; longer ones are cut */
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 64);
    __type(key, struct name);
    __type(value, uint32_t);
} quotas SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, uint64_t); /* process id */
    __type(value, uint32_t);
} held SEC(".maps");

static __always_inline uint32_t quota_of(bind_md_t *ctx)
{
    struct name name = {};
    uint8_t *from = ctx->app_id_start;
    uint8_t *end = ctx->app_id_end;
#pragma unroll
    for (int i = 0; i < NAME_BYTES; i++) {
        if (from + i + 1 > end)
            break;
        name.utf16[i] = from[i];
    }
    uint32_t *own = bpf_map_lookup_elem(&quotas, &name);
    return own ? *own : default_quota;
}

SEC("bind")
bind_action_t port_quota(bind_md_t *ctx)
{
    uint64_t process = ctx->process_id;
    uint32_t *ports = bpf_map_lookup_elem(&held, &process);
    uint32_t now = ports ? *ports : 0;
    switch (ctx->operation) {
    case BIND_OPERATION_BIND:
        if (now >= quota_of(ctx))
            return BIND_DENY;
        now++;
        bpf_map_update_elem(&held, &process, &now, BPF_ANY);
        break;
    case BIND_OPERATION_UNBIND:
        if (now > 1) {
            now--;
            bpf_map_update_elem(&held, &process, &now, BPF_ANY);
        } else
            bpf_map_delete_elem(&held, &process);
        break;
    default:
        break;
    }
    return BIND_PERMIT;
}
