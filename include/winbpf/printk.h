/* SPDX-License-Identifier: MIT */
/*
 * bpf_printk("port %u of %u", port, count): writes a line to the trace (on Windows an ETW event). Up to three integer
 * arguments; %d %i %u %x, each with l or ll, and %%. The format is a literal of at most 510 characters; it is built on
 * the stack, so that the program needs no .rodata, and counts towards the 512 bytes of a frame.
 */
#ifndef WINBPF_PRINTK_H
#define WINBPF_PRINTK_H

#include "helper.h"
#include "types.h"

WINBPF_HELPER(long, bpf_trace_printk2, 12, const char *format, uint32_t size);
WINBPF_HELPER(long, bpf_trace_printk3, 13, const char *format, uint32_t size, uint64_t first);
WINBPF_HELPER(long, bpf_trace_printk4, 14, const char *format, uint32_t size, uint64_t first, uint64_t second);
WINBPF_HELPER(long, bpf_trace_printk5, 15, const char *format, uint32_t size, uint64_t first, uint64_t second,
              uint64_t third);

/* Which of the four it is depends on the number of arguments. */
#define WINBPF_FIFTH(a, b, c, d, e, ...) e
#define WINBPF_PRINTK(...) \
    WINBPF_FIFTH(__VA_ARGS__, bpf_trace_printk5, bpf_trace_printk4, bpf_trace_printk3, bpf_trace_printk2, )
/* The same with a format that is in memory already; `size` counts its terminator. */
#define bpf_trace_printk(format, size, ...) WINBPF_PRINTK(0, ##__VA_ARGS__)(format, size, ##__VA_ARGS__)
#define bpf_printk(format, ...)                                                                          \
    ({                                                                                                   \
        char winbpf_format[] = format;                                                                   \
        WINBPF_PRINTK(0, ##__VA_ARGS__)(winbpf_format, sizeof(winbpf_format), ##__VA_ARGS__);             \
    })

#endif
