/* Atomic additions to memory. */
#include "bench.h"

u64 atomic(struct input* in)
{
    u64* counter = (u64*)in->packet;
    for (u32 n = 0; n < in->repeat; n++)
        __sync_fetch_and_add(counter, n);
    return *counter;
}
