/* SPDX-License-Identifier: MIT */
/* Chooses a function by its address. */
#include <winbpf/bind.h>
static __noinline int strict(uint64_t process) { return process > 4 ? BIND_DENY : BIND_PERMIT; }
static __noinline int lax(uint64_t process) { return process > 400 ? BIND_DENY : BIND_PERMIT; }

SEC("bind")
int function_pointer(bind_md_t *ctx)
{
    int (*policy)(uint64_t) = ctx->operation == BIND_OPERATION_BIND ? strict : lax;
    return policy(ctx->process_id);
}
