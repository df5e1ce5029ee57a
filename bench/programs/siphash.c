/* SipHash-2-4 (Aumasson, Bernstein) of the packet's first 64 bytes, words read as big-endian to exercise swaps. */
#include "bench.h"

#define rotate(x, n) ((x) << (n) | (x) >> (64 - (n)))
#define round()                                                                                                        \
    do {                                                                                                               \
        v0 += v1; v1 = rotate(v1, 13); v1 ^= v0; v0 = rotate(v0, 32);                                                  \
        v2 += v3; v3 = rotate(v3, 16); v3 ^= v2;                                                                       \
        v0 += v3; v3 = rotate(v3, 21); v3 ^= v0;                                                                       \
        v2 += v1; v1 = rotate(v1, 17); v1 ^= v2; v2 = rotate(v2, 32);                                                  \
    } while (0)

u64 siphash(struct input* in)
{
    u64 result = 0;
    for (u32 n = 0; n < in->repeat; n++) {
        u64 v0 = 0x736f6d6570736575ull, v1 = 0x646f72616e646f6dull ^ n, v2 = 0x6c7967656e657261ull,
            v3 = 0x7465646279746573ull ^ result;
#pragma clang loop unroll(disable)
        for (u32 i = 0; i < 64; i += 8) {
            u64 word = __builtin_bswap64(*(const u64*)(in->packet + i));
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }
        v2 ^= 0xff;
        round();
        round();
        round();
        round();
        result = v0 ^ v1 ^ v2 ^ v3;
        barrier();
    }
    return result;
}
