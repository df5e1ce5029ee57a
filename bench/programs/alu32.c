/* 32-bit arithmetic in registers. */
#include "bench.h"

u64 alu32(struct input* in)
{
    u32 a = in->packet[0] | 0x9e3779b9u, b = in->packet[1] + 1, sum = 0;
    for (u32 i = 0; i < in->repeat; i++) {
        a ^= a << 13;
        a ^= a >> 17;
        a ^= a << 5;
        b += a;
        b = b * 31 + (a >> 16);
        sum += b ^ i;
        if ((b & 0xff) > 0x80) sum -= a;
        sum = (sum << 3) | (sum >> 29);
    }
    return sum;
}
