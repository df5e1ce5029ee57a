/* SPDX-License-Identifier: MIT */
/* Functions that call each other, one of them in a bounded loop. */
#include <winbpf/bind.h>

__attribute__((noinline)) int square(int number)
{
    return number * number;
}

/* 1 + 4 + 9 + ... up to `last` squared, at most 16 of them. */
__attribute__((noinline)) int squares(int last)
{
    volatile int sum = 0;
    for (int number = 1; number <= 16; number++) {
        if (number > last)
            break;
        sum += square(number);
    }
    return sum;
}

SEC("bind")
int functions(bind_md_t *ctx)
{
    return squares(ctx->protocol);
}
