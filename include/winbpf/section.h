/* SPDX-License-Identifier: MIT */
/* Where things go in the object file, and how functions are compiled. */
#ifndef WINBPF_SECTION_H
#define WINBPF_SECTION_H

/* The section decides a program's type: the longest prefix that Windows knows ("xdp", "bind", "cgroup/connect4", ...). */
#ifndef SEC
#define SEC(name) __attribute__((section(name), used))
#endif

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/* A function of its own: a bpf-to-bpf call with a 512-byte frame, at most 8 frames deep. */
#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif

#ifndef __hidden
#define __hidden __attribute__((visibility("hidden")))
#endif

#ifndef __unused
#define __unused __attribute__((unused))
#endif

#ifndef likely
#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#endif

/* Forgets what the compiler knows of memory: keeps a check and the access that it guards in the order written. */
#ifndef barrier
#define barrier() __asm__ volatile("" ::: "memory")
#endif

/* Keeps `variable` in one register from here on: what is checked is then what is used, which a verifier wants to see. */
#ifndef barrier_var
#define barrier_var(variable) __asm__ volatile("" : "+r"(variable))
#endif

#endif
