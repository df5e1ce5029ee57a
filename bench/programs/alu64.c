/* 64-bit arithmetic in registers: a mixing function, as hashes and random numbers do it. */
#include "bench.h"

u64 alu64(struct input* in)
{
    u64 a = in->packet[0] | 0x9e3779b97f4a7c15ull, b = in->packet[1] + 1, sum = 0;
    for (u32 i = 0; i < in->repeat; i++) {
        a ^= a << 13;
        a ^= a >> 7;
        a ^= a << 17;
        b += a;
        b = (b << 5) - b;
        sum += b ^ (a >> 32);
        if ((b & 0xff) > 0x80) sum |= i;
    }
    return sum;
}
