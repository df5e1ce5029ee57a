/* SPDX-License-Identifier: MIT */
/* The name that eBPF for Windows has for it, so that its programs compile unchanged. */
#pragma once
#include <winbpf/bpf.h>
#include <ebpf_structs.h>
#include <ebpf_nethooks.h>

/* Programs for Windows call these by their C names; each is a helper there. */
#define memcpy(to, from, size) bpf_memcpy_s(to, size, from, size)
#define memmove(to, from, size) bpf_memmove_s(to, size, from, size)
#define memcmp(left, right, size) bpf_memcmp_s(left, size, right, size)
#define memset(memory, byte, size) bpf_memset(memory, size, byte)
#define memcpy_s bpf_memcpy_s
#define memmove_s bpf_memmove_s
