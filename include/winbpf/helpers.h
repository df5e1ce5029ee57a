/* SPDX-License-Identifier: MIT */
/*
 * The general helpers of eBPF for Windows. Map helpers answer 0 or a negative ebpf_result_t: -6 invalid argument,
 * -7 object not found, -8 already exists, -12 no memory, -18 not supported, -19 key not found, -29 out of space.
 */
#ifndef WINBPF_HELPERS_H
#define WINBPF_HELPERS_H

#include "helper.h"
#include "types.h"

/* clang-format off */
enum bpf_func_id {
    BPF_FUNC_map_lookup_elem               = 1,
    BPF_FUNC_map_update_elem               = 2,
    BPF_FUNC_map_delete_elem               = 3,
    BPF_FUNC_map_lookup_and_delete_elem    = 4,
    BPF_FUNC_tail_call                     = 5,
    BPF_FUNC_get_prandom_u32               = 6,
    BPF_FUNC_ktime_get_boot_ns             = 7,
    BPF_FUNC_get_smp_processor_id          = 8,
    BPF_FUNC_ktime_get_ns                  = 9,
    BPF_FUNC_csum_diff                     = 10,
    BPF_FUNC_ringbuf_output                = 11,
    BPF_FUNC_trace_printk2                 = 12,
    BPF_FUNC_trace_printk3                 = 13,
    BPF_FUNC_trace_printk4                 = 14,
    BPF_FUNC_trace_printk5                 = 15,
    BPF_FUNC_map_push_elem                 = 16,
    BPF_FUNC_map_pop_elem                  = 17,
    BPF_FUNC_map_peek_elem                 = 18,
    BPF_FUNC_get_current_pid_tgid          = 19,
    BPF_FUNC_get_current_logon_id          = 20,
    BPF_FUNC_is_current_admin              = 21,
    BPF_FUNC_memcpy_s                      = 22,
    BPF_FUNC_memcmp_s                      = 23,
    BPF_FUNC_memset                        = 24,
    BPF_FUNC_memmove_s                     = 25,
    BPF_FUNC_get_socket_cookie             = 26,
    BPF_FUNC_strncpy_s                     = 27,
    BPF_FUNC_strncat_s                     = 28,
    BPF_FUNC_strnlen_s                     = 29,
    BPF_FUNC_ktime_get_boot_ms             = 30,
    BPF_FUNC_ktime_get_ms                  = 31,
    BPF_FUNC_perf_event_output             = 32,
    BPF_FUNC_get_current_process_start_key = 33,
    BPF_FUNC_get_current_thread_create_time = 34,
    BPF_FUNC_redirect_map                  = 35,
};
/* clang-format on */

/* Maps. A pointer to a value stays valid until the program returns. */
WINBPF_HELPER(void *, bpf_map_lookup_elem, BPF_FUNC_map_lookup_elem, void *map, const void *key);
WINBPF_HELPER(int64_t, bpf_map_update_elem, BPF_FUNC_map_update_elem, void *map, const void *key, const void *value,
              uint64_t flags);
WINBPF_HELPER(int64_t, bpf_map_delete_elem, BPF_FUNC_map_delete_elem, void *map, const void *key);
WINBPF_HELPER(void *, bpf_map_lookup_and_delete_elem, BPF_FUNC_map_lookup_and_delete_elem, void *map, const void *key);
WINBPF_HELPER(int64_t, bpf_map_push_elem, BPF_FUNC_map_push_elem, void *map, const void *value, uint64_t flags);
WINBPF_HELPER(int64_t, bpf_map_pop_elem, BPF_FUNC_map_pop_elem, void *map, void *value);
WINBPF_HELPER(int64_t, bpf_map_peek_elem, BPF_FUNC_map_peek_elem, void *map, void *value);

/* Goes on in another program and does not come back; a negative result means that there is none at `index`. */
WINBPF_HELPER(int64_t, bpf_tail_call, BPF_FUNC_tail_call, const void *ctx, const void *programs, uint32_t index);

/* Events for user mode: always wake the reader. */
WINBPF_HELPER(int, bpf_ringbuf_output, BPF_FUNC_ringbuf_output, void *ring, const void *data, uint64_t size,
              uint64_t flags);
WINBPF_HELPER(int, bpf_perf_event_output, BPF_FUNC_perf_event_output, void *ctx, void *events, uint64_t flags,
              const void *data, uint64_t size);

/* Clocks: nanoseconds in steps of 100, or milliseconds; "boot" counts the time asleep too. */
WINBPF_HELPER(uint64_t, bpf_ktime_get_boot_ns, BPF_FUNC_ktime_get_boot_ns, void);
WINBPF_HELPER(uint64_t, bpf_ktime_get_ns, BPF_FUNC_ktime_get_ns, void);
WINBPF_HELPER(uint64_t, bpf_ktime_get_boot_ms, BPF_FUNC_ktime_get_boot_ms, void);
WINBPF_HELPER(uint64_t, bpf_ktime_get_ms, BPF_FUNC_ktime_get_ms, void);

WINBPF_HELPER(uint32_t, bpf_get_prandom_u32, BPF_FUNC_get_prandom_u32, void);
WINBPF_HELPER(uint64_t, bpf_get_smp_processor_id, BPF_FUNC_get_smp_processor_id, void);

/* Who: the process id is in the high half, the thread id in the low one; times are 100 ns units since 1601. */
WINBPF_HELPER(uint64_t, bpf_get_current_pid_tgid, BPF_FUNC_get_current_pid_tgid, void);
WINBPF_HELPER(uint64_t, bpf_get_current_process_start_key, BPF_FUNC_get_current_process_start_key, void);
WINBPF_HELPER(int64_t, bpf_get_current_thread_create_time, BPF_FUNC_get_current_thread_create_time, void);
WINBPF_HELPER(uint64_t, bpf_get_current_logon_id, BPF_FUNC_get_current_logon_id, const void *ctx);
WINBPF_HELPER(int32_t, bpf_is_current_admin, BPF_FUNC_is_current_admin, const void *ctx);
WINBPF_HELPER(int64_t, bpf_get_socket_cookie, BPF_FUNC_get_socket_cookie, const void *ctx); /* sock_addr only */

/* The sum of `to` minus that of `from` plus `seed`, for an Internet checksum. Sizes are multiples of 4, else -22. */
WINBPF_HELPER(int, bpf_csum_diff, BPF_FUNC_csum_diff, const void *from, int from_size, const void *to, int to_size,
              int seed);

/* Memory and strings of any length that the verifier can bound; for constant lengths __builtin_memcpy is cheaper. */
WINBPF_HELPER(long, bpf_memcpy_s, BPF_FUNC_memcpy_s, void *to, size_t to_size, const void *from, size_t from_size);
WINBPF_HELPER(int, bpf_memcmp_s, BPF_FUNC_memcmp_s, const void *left, size_t left_size, const void *right,
              size_t right_size);
WINBPF_HELPER(long, bpf_memset, BPF_FUNC_memset, void *memory, size_t size, int byte);
WINBPF_HELPER(long, bpf_memmove_s, BPF_FUNC_memmove_s, void *to, size_t to_size, const void *from, size_t from_size);
WINBPF_HELPER(int, bpf_strncpy_s, BPF_FUNC_strncpy_s, char *to, size_t to_size, const char *from, size_t count);
WINBPF_HELPER(int, bpf_strncat_s, BPF_FUNC_strncat_s, char *to, size_t to_size, const char *from, size_t count);
WINBPF_HELPER(size_t, bpf_strnlen_s, BPF_FUNC_strnlen_s, const char *text, size_t size);

/* Only in program types that implement it (XDP, with an XSKMAP). */
WINBPF_HELPER(intptr_t, bpf_redirect_map, BPF_FUNC_redirect_map, void *map, uint64_t key, uint64_t flags);

#include "printk.h"

#endif
