/* The Internet checksum (RFC 1071) of a packet, by 16-bit words in host order. */
#include "bench.h"

u64 checksum16(struct input* in)
{
    u32 length = in->length;
    u64 result = 0;
    if (length > sizeof(in->packet)) return 0;
    for (u32 n = 0; n < in->repeat; n++) {
        u64 sum = 0;
        const u16* words = (const u16*)in->packet;
#pragma clang loop unroll(disable) vectorize(disable)
        for (u32 i = 0; i < length / 2; i++)
            sum += words[i];
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        in->packet[n % 64] += (u8)sum;
        result = result * 3 + (u16)~sum;
        barrier();
    }
    return result;
}
