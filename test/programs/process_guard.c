/* SPDX-License-Identifier: MIT */
/* Keeps programs from starting, by the path of their image, and tells of every process that starts, is denied, or ends. */
#include <winbpf/process.h>

#define PATH_BYTES 200
#define NAME_BYTES 64

struct image {
    uint8_t path[PATH_BYTES]; /* UTF-16, zeros behind it */
};

enum happening { STARTED = 0, DENIED = 1, ENDED = 2 };

struct event {
    uint64_t time; /* 100 ns units since 1601 */
    uint32_t process;
    uint32_t parent;
    uint32_t happening;
    uint32_t exit_code;
    uint8_t account[NAME_BYTES]; /* UTF-16, zeros behind it; of processes that end: zeros */
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __type(key, struct image);
    __type(value, uint32_t); /* NTSTATUS that the creation fails with */
} denied SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 65536);
} events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4096);
    __type(key, uint32_t);   /* process id */
    __type(value, uint64_t); /* when it started */
} running SEC(".maps");

SEC("process")
int process_guard(process_md_t *ctx)
{
    struct event event = {
        .process = ctx->process_id, .parent = ctx->parent_process_id, .exit_code = ctx->process_exit_code};
    int status = 0;
    if (ctx->operation == PROCESS_OPERATION_DELETE) {
        event.time = ctx->exit_time;
        event.happening = ENDED;
        bpf_map_delete_elem(&running, &event.process);
    } else {
        struct image image = {};
        event.time = ctx->creation_time;
        bpf_process_get_image_path(ctx, image.path, sizeof(image.path));
        bpf_process_get_account_name(ctx, event.account, sizeof(event.account));
        uint32_t *reason = bpf_map_lookup_elem(&denied, &image);
        if (reason) {
            status = *reason;
            event.happening = DENIED;
        } else
            bpf_map_update_elem(&running, &event.process, &event.time, BPF_ANY);
    }
    bpf_ringbuf_output(&events, &event, sizeof(event), 0);
    return status;
}
