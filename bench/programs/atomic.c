/* Atomic additions to memory. */
#include "bench.h"

u64 atomic(struct input* in)
{
#ifdef REPEAT
    u64 own = in->packet[0];
    u64* counter = &own;
#else
    u64* counter = (u64*)in->packet;
#endif
    for (u32 n = 0; n < in->repeat; n++)
        __sync_fetch_and_add(counter, n);
    return *counter;
}
