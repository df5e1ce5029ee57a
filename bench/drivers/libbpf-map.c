/* SPDX-License-Identifier: MIT */
/*
 * What one map call costs a C program: bpf_map_lookup_elem and bpf_map_update_elem of libbpf on the kernel that runs,
 * u32 keys and u64 values, keys in turn. Prints "<map> <call> <nanoseconds>" lines. Needs root.
 *
 * usage: libbpf-map CALLS
 */
#include <bpf/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ENTRIES 1024

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static int measure(const char *name, enum bpf_map_type type, uint32_t calls)
{
    int map = bpf_map_create(type, name, sizeof(uint32_t), sizeof(uint64_t), ENTRIES, NULL);
    if (map < 0) {
        perror("bpf_map_create");
        return 1;
    }
    uint64_t value = 7, sum = 0;
    for (uint32_t key = 0; key < ENTRIES; key++)
        bpf_map_update_elem(map, &key, &value, BPF_ANY);
    double start = now();
    for (uint32_t call = 0; call < calls; call++) {
        uint32_t key = call % ENTRIES;
        if (bpf_map_lookup_elem(map, &key, &value) != 0)
            return 1;
        sum += value;
    }
    double get = (now() - start) / calls;
    start = now();
    for (uint32_t call = 0; call < calls; call++) {
        uint32_t key = call % ENTRIES;
        if (bpf_map_update_elem(map, &key, &sum, BPF_ANY) != 0)
            return 1;
    }
    printf("%s get %.2f\n%s set %.2f\n", name, get, name, (now() - start) / calls);
    return 0;
}

int main(int argc, char **argv)
{
    uint32_t calls = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 100000;
    if (measure("hash", BPF_MAP_TYPE_HASH, calls) != 0)
        return 1;
    return measure("array", BPF_MAP_TYPE_ARRAY, calls);
}
