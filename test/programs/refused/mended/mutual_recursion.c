/* SPDX-License-Identifier: MIT */
/* Mended as the report says: replace the recursion by a loop with a constant bound */
#include <winbpf/bind.h>
static __noinline int even(uint64_t number)
{
    for (uint64_t i = 0; i < 32 && number >= 2; i++) {
        asm volatile("" : "+r"(i), "+r"(number));
        number -= 2;
    }
    return number == 0;
}

SEC("bind")
int mutual_recursion(bind_md_t *ctx)
{
    return even(ctx->process_id) ? BIND_PERMIT : BIND_DENY;
}
