/* SPDX-License-Identifier: MIT */
/* Fixed-width integers under the names that eBPF sources use. `__be16` and `__be32` hold network byte order. */
#ifndef WINBPF_TYPES_H
#define WINBPF_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int8_t __s8;
typedef int16_t __s16;
typedef int32_t __s32;
typedef int64_t __s64;
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef uint16_t __be16;
typedef uint32_t __be32;
typedef uint64_t __be64;
typedef uint16_t __sum16;
typedef uint32_t __wsum;

/* A layout that the kernel fixes is checked where it is declared, so that a wrong compiler switch is an error. */
#define WINBPF_OFFSET(type, member, offset) \
    _Static_assert(__builtin_offsetof(type, member) == (offset), #type "." #member " is not at byte " #offset)
#define WINBPF_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " is not " #size " bytes long")

#endif
