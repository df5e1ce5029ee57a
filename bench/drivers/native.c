/*
 * Times a benchmark program compiled for this machine:
 *
 *     cc -O2 -DPROGRAM='"parse.c"' -DFUNCTION=parse -I bench/programs native.c -o native && native MEMORY ROUNDS
 *
 * MEMORY is what the program's argument points to. Prints one line a round: nanoseconds, result.
 */
#include "maps.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#define u8 program_u8
#define u16 program_u16
#define u32 program_u32
#define u64 program_u64
#include PROGRAM
#pragma clang section text = ""

program_u64* native_lookup(int kind, const program_u32* key)
{
    return (program_u64*)(kind == 2 ? array_lookup(key) : hash_lookup(key));
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int count, char** arguments)
{
    static struct input memory, copy;
    if (count != 3) return 2;
    FILE* file = fopen(arguments[1], "rb");
    if (file == NULL || fread(&memory, 1, sizeof(memory), file) != sizeof(memory)) return 1;
    for (int round = atoi(arguments[2]); round > 0; round--) {
        copy = memory;
        fill_maps();
        double start = now();
        program_u64 result = FUNCTION(&copy);
        printf("%.0f %llu\n", now() - start, (unsigned long long)result);
    }
    return 0;
}
