/* SPDX-License-Identifier: MIT */
/* Host to network byte order and back. eBPF on Windows is little-endian; constants are swapped by the compiler. */
#ifndef WINBPF_ENDIAN_H
#define WINBPF_ENDIAN_H

#include "types.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define WINBPF_SWAP(bits, x) ((uint##bits##_t)__builtin_bswap##bits((uint##bits##_t)(x)))
#else
#define WINBPF_SWAP(bits, x) ((uint##bits##_t)(x))
#endif

#define bpf_htons(x) WINBPF_SWAP(16, x)
#define bpf_ntohs(x) WINBPF_SWAP(16, x)
#define bpf_htonl(x) WINBPF_SWAP(32, x)
#define bpf_ntohl(x) WINBPF_SWAP(32, x)
#define bpf_cpu_to_be64(x) WINBPF_SWAP(64, x)
#define bpf_be64_to_cpu(x) WINBPF_SWAP(64, x)

#endif
