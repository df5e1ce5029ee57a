/* SPDX-License-Identifier: MIT */
/* Calls a function of Linux' kernel. */
#include <winbpf/bind.h>
extern int bpf_task_acquire(uint64_t process) __attribute__((section(".ksyms")));

SEC("bind")
int kernel_function(bind_md_t *ctx)
{
    return bpf_task_acquire(ctx->process_id) ? BIND_DENY : BIND_PERMIT;
}
