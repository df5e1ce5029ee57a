/* SPDX-License-Identifier: MIT */
/* Calls a function that nobody provides. */
#include <winbpf/bind.h>

extern int nobody_provides_this(int number) __attribute__((section(".ksyms")));

SEC("bind")
int unresolved(bind_md_t *ctx)
{
    return nobody_provides_this(ctx->protocol);
}
