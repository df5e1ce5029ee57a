/* The Internet checksum (RFC 1071) of a packet, byte order of the wire. */
#include "bench.h"

u64 checksum(struct input* in)
{
    u32 length = length_of(in);
    u64 result = 0;
    if (length > sizeof(in->packet)) return 0;
    for (u32 n = 0; n < in->repeat; n++) {
        u64 sum = 0;
#pragma clang loop unroll(disable) vectorize(disable)
        for (u32 i = 0; i + 1 < length; i += 2)
            sum += (u32)in->packet[i] << 8 | in->packet[i + 1];
        if (length & 1) sum += (u32)in->packet[length - 1] << 8;
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        in->packet[n % 64] += (u8)sum;
        result = result * 3 + (u16)~sum;
        barrier();
    }
    return result;
}
