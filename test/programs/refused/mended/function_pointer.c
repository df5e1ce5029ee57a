/* SPDX-License-Identifier: MIT */
/* Mended as the report says: call functions by their names, in a switch or an if where it has to be decided:
 * there are no calls through pointers */
#include <winbpf/bind.h>
static __noinline int strict(uint64_t process) { return process > 4 ? BIND_DENY : BIND_PERMIT; }
static __noinline int lax(uint64_t process) { return process > 400 ? BIND_DENY : BIND_PERMIT; }

SEC("bind")
int function_pointer(bind_md_t *ctx)
{
    return ctx->operation == BIND_OPERATION_BIND ? strict(ctx->process_id) : lax(ctx->process_id);
}
