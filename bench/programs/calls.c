/* Calls of functions of the program. */
#include "bench.h"

static __attribute__((noinline)) u64 leaf(u64 a, u64 b)
{
    return a * 3 + b;
}

static __attribute__((noinline)) u64 middle(u64 a, u64 b)
{
    return leaf(a, b) ^ leaf(b, a + 1);
}

u64 calls(struct input* in)
{
    u64 result = in->packet[0];
    for (u32 n = 0; n < in->repeat; n++)
        result = middle(result, n);
    return result;
}
