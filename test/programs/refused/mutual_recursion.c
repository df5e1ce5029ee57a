/* SPDX-License-Identifier: MIT */
/* Two functions that call each other. */
#include <winbpf/bind.h>
static int odd(uint64_t number);
static __noinline int even(uint64_t number)
{
    asm volatile("" : "+r"(number));
    return number == 0 ? 1 : odd(number - 1) & 1;
}

static __noinline int odd(uint64_t number)
{
    asm volatile("" : "+r"(number));
    return number == 0 ? 0 : even(number - 1) & 1;
}

SEC("bind")
int mutual_recursion(bind_md_t *ctx)
{
    return even(ctx->process_id) ? BIND_PERMIT : BIND_DENY;
}
