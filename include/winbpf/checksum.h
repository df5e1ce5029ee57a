/* SPDX-License-Identifier: MIT */
/* The Internet checksum (RFC 1071), and how it changes when a field does (RFC 1624). Works on values as they lie in
 * the packet, in network byte order: the sum does not care which order it is computed in. */
#ifndef WINBPF_CHECKSUM_H
#define WINBPF_CHECKSUM_H

#include "section.h"
#include "types.h"

/* A sum of 16-bit words, folded to 16 bits: twice carries what the first folding leaves over. */
static __always_inline uint16_t checksum_fold(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* The checksum after a 16-bit word of what it covers changed: HC' = ~(~HC + ~m + m'), RFC 1624 equation 3. */
static __always_inline __sum16 checksum_replace16(__sum16 checksum, __be16 before, __be16 after)
{
    uint32_t sum = (uint16_t)~checksum;
    sum += (uint16_t)~before;
    sum += after;
    return (__sum16)~checksum_fold(sum);
}

/* The same for a 32-bit word, such as an IPv4 address. */
static __always_inline __sum16 checksum_replace32(__sum16 checksum, __be32 before, __be32 after)
{
    checksum = checksum_replace16(checksum, (__be16)before, (__be16)after);
    return checksum_replace16(checksum, (__be16)(before >> 16), (__be16)(after >> 16));
}

#endif
