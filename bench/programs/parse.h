/* A packet parser: Ethernet, up to two VLAN tags, IPv4 with options or IPv6, TCP or UDP; a hash of the five-tuple. */
#include "bench.h"

static inline __attribute__((always_inline)) u32 mix(u32 hash, u32 word)
{
    hash ^= word;
    hash *= 0x01000193;
    return hash ^ hash >> 15;
}

static PARSE u64 parse_packet(const u8* at, const u8* end)
{
    u32 hash = 0x811c9dc5;
    u16 type;
    u8 protocol;
    if (at + 14 > end) return 0;
    type = *(const u16*)(at + 12);
    at += 14;
#pragma clang loop unroll(full)
    for (int tag = 0; tag < 2; tag++) {
        if (type != swap16(0x8100) && type != swap16(0x88a8)) break;
        if (at + 4 > end) return 0;
        type = *(const u16*)(at + 2);
        at += 4;
    }
    if (type == swap16(0x0800)) {
        if (at + 20 > end) return 0;
        u32 header = (at[0] & 15) * 4;
        if (at[0] >> 4 != 4 || header < 20 || at + header > end) return 0;
        /* Fragments after the first have no ports. */
        if (*(const u16*)(at + 6) & swap16(0x1fff)) return 1;
        protocol = at[9];
        hash = mix(hash, *(const u32*)(at + 12));
        hash = mix(hash, *(const u32*)(at + 16));
        at += header;
    } else if (type == swap16(0x86dd)) {
        if (at + 40 > end) return 0;
        protocol = at[6];
        for (int i = 8; i < 40; i += 4)
            hash = mix(hash, *(const u32*)(at + i));
        at += 40;
    } else {
        return 2;
    }
    if (protocol != 6 && protocol != 17) return 3;
    if (at + 8 > end) return 0;
    u16 source = swap16(*(const u16*)at), destination = swap16(*(const u16*)(at + 2));
    hash = mix(hash, (u32)source << 16 | destination);
    hash = mix(hash, protocol);
    return (u64)destination << 32 | hash;
}
