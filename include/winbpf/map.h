/* SPDX-License-Identifier: MIT */
/*
 * Maps: their types in Windows' numbers (from 4 on they are not Linux's) and both ways to declare one.
 *
 *     struct {                                        struct bpf_map_def SEC("maps") ports = {
 *         __uint(type, BPF_MAP_TYPE_HASH);                .type = BPF_MAP_TYPE_HASH,
 *         __uint(max_entries, 1024);                      .key_size = sizeof(uint16_t),
 *         __type(key, uint16_t);                          .value_size = sizeof(uint64_t),
 *         __type(value, uint64_t);                        .max_entries = 1024,
 *     } ports SEC(".maps");                           };
 *
 * The left one carries its types (compile with -g), so that tools can print keys and values. Do not mix both in one
 * object: Windows reads one kind of map section.
 */
#ifndef WINBPF_MAP_H
#define WINBPF_MAP_H

#include "types.h"

enum bpf_map_type {
    BPF_MAP_TYPE_UNSPEC = 0,
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PROG_ARRAY = 3,
    BPF_MAP_TYPE_PERCPU_HASH = 4,
    BPF_MAP_TYPE_PERCPU_ARRAY = 5,
    BPF_MAP_TYPE_HASH_OF_MAPS = 6,
    BPF_MAP_TYPE_ARRAY_OF_MAPS = 7,
    BPF_MAP_TYPE_LRU_HASH = 8,
    BPF_MAP_TYPE_LPM_TRIE = 9,
    BPF_MAP_TYPE_QUEUE = 10,
    BPF_MAP_TYPE_LRU_PERCPU_HASH = 11,
    BPF_MAP_TYPE_STACK = 12,
    BPF_MAP_TYPE_RINGBUF = 13,
    BPF_MAP_TYPE_PERF_EVENT_ARRAY = 14,
    BPF_MAP_TYPE_SAMPLE_HASH_MAP = 15, /* needs the sample extension */
    BPF_MAP_TYPE_XSKMAP = 16,          /* needs the XDP extension */
};

/* Flags of bpf_map_update_elem. */
#define BPF_ANY 0     /* insert or replace */
#define BPF_NOEXIST 1 /* insert only */
#define BPF_EXIST 2   /* replace only; for queues and stacks: drop the oldest when full */

/* Tail calls that one run may make. */
#define MAX_TAIL_CALL_CNT 33

/* `pinning` of a map: none, or under its own name when the object is loaded. */
#define LIBBPF_PIN_NONE 0
#define LIBBPF_PIN_BY_NAME 1
#define PIN_NONE 0
#define PIN_GLOBAL_NS 1 /* legacy declarations say it so */

/* flags of bpf_perf_event_output: a CPU in the low half, bytes of packet to append in bits 32 to 51. */
#define BPF_F_INDEX_MASK 0xffffffffULL
#define BPF_F_CURRENT_CPU BPF_F_INDEX_MASK
#define BPF_F_CTXLEN_SHIFT 32
#define BPF_F_CTXLEN_MAX 0xfffffULL

/* Members of a BTF-defined map: numbers and types are written as pointer types, which is all that BTF keeps. */
#ifndef __uint
#define __uint(member, number) int (*member)[number]
#endif
#ifndef __type
#define __type(member, ...) __typeof__(__VA_ARGS__) *member
#endif
#ifndef __array
#define __array(member, ...) __typeof__(__VA_ARGS__) *member[]
#endif

/* A record of the "maps" section. */
struct bpf_map_def {
    uint32_t type; /* enum bpf_map_type */
    uint32_t key_size;
    uint32_t value_size;
    uint32_t max_entries;
    uint32_t inner_map_idx; /* map of maps: which record of the section is the template */
    uint32_t pinning;       /* PIN_NONE or PIN_GLOBAL_NS */
    uint32_t id;            /* a number of the author's choice, for inner_id */
    uint32_t inner_id;      /* map of maps: `id` of the template */
};
WINBPF_SIZE(struct bpf_map_def, 32);
WINBPF_OFFSET(struct bpf_map_def, inner_map_idx, 16);
WINBPF_OFFSET(struct bpf_map_def, pinning, 20);
WINBPF_OFFSET(struct bpf_map_def, id, 24);
WINBPF_OFFSET(struct bpf_map_def, inner_id, 28);

#endif
