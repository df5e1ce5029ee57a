/* SPDX-License-Identifier: MIT */
/* The name that eBPF for Windows has for it, so that its programs compile unchanged. */
#pragma once
#include <winbpf/map.h>
#include <winbpf/helpers.h>

typedef struct bpf_map_def ebpf_map_definition_in_file_t;
#define _ebpf_map_definition_in_file bpf_map_def

#define EBPF_ANY BPF_ANY
#define EBPF_NOEXIST BPF_NOEXIST
#define EBPF_EXIST BPF_EXIST
#define EBPF_MAP_FLAG_INDEX_MASK BPF_F_INDEX_MASK
#define EBPF_MAP_FLAG_CURRENT_CPU BPF_F_CURRENT_CPU
#define EBPF_MAP_FLAG_CTX_LENGTH_SHIFT BPF_F_CTXLEN_SHIFT
#define EBPF_MAP_FLAG_CTX_LENGTH_MAX BPF_F_CTXLEN_MAX
