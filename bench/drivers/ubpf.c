/*
 * Times a program in uBPF, as the interpreter or compiled by its JIT, in one process:
 *
 *     ubpf interpreter|jit CODE MEMORY ROUNDS [INVOCATIONS]
 *
 * CODE is raw machine code, MEMORY what r1 points to (r2 is its length). Prints one line a round: nanoseconds, r0.
 * With INVOCATIONS, MEMORY is a packet and r1 points to an xdp_md_t: a round is so many calls, r0 the sum of theirs.
 * Helper 1 is a lookup in a map of 1,024 numbers: r1 is 2 for an array, 1 for a hash map.
 *
 *     ubpf stream
 *
 * answers the requests that kernel.c takes, `lddw` with source 1 aside: twice each, by the interpreter and by the JIT.
 * r1 points to an xdp_md_t of Windows; helper 1 looks up in the array that the request brings.
 * Build against a uBPF tree: cc -O2 -I $UBPF/vm/inc ubpf.c $UBPF/build/lib/libubpf.a -lm -o ubpf
 */
#include "maps.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ubpf.h>

static unsigned char* read_file(const char* path, size_t* size)
{
    FILE* file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char* bytes = malloc(*size + 1);
    if (fread(bytes, 1, *size, file) != *size) exit(1);
    fclose(file);
    return bytes;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static uint64_t lookup(uint64_t map, uint64_t key, uint64_t c, uint64_t d, uint64_t e)
{
    (void)c, (void)d, (void)e;
    const uint32_t* at = (const uint32_t*)(uintptr_t)key;
    return (uintptr_t)(map == 2 ? array_lookup(at) : hash_lookup(at));
}

#define MOST_DATA 4096
#define STREAM_ENTRIES 8
#define STREAM_VALUE 32
static unsigned char stream_map[STREAM_ENTRIES * STREAM_VALUE];

static uint64_t stream_lookup(uint64_t map, uint64_t key, uint64_t c, uint64_t d, uint64_t e)
{
    (void)map, (void)c, (void)d, (void)e;
    uint32_t index = *(const uint32_t*)(uintptr_t)key;
    return index < STREAM_ENTRIES ? (uintptr_t)(stream_map + index * STREAM_VALUE) : 0;
}

static bool allow_any(void* context, uint64_t address, uint64_t size)
{
    (void)context, (void)address, (void)size;
    return true;
}

static int frame_bytes(const struct ubpf_vm* vm, uint16_t pc, void* cookie)
{
    (void)vm, (void)pc, (void)cookie;
    return 512;
}

static int quiet(FILE* stream, const char* format, ...)
{
    (void)stream, (void)format;
    return 0;
}

static void must(void* into, size_t size)
{
    if (fread(into, 1, size, stdin) != size) exit(1);
}

static int stream(void)
{
    for (;;) {
        uint32_t head[4];
        if (fread(head, sizeof(head), 1, stdin) != 1) return 0;
        if (head[1] > MOST_DATA || head[3] > sizeof(stream_map)) return 1;
        unsigned char* code = malloc((size_t)head[0] * 8 + 8);
        unsigned char data[MOST_DATA], content[sizeof(stream_map)], copy[MOST_DATA];
        must(code, (size_t)head[0] * 8);
        must(data, head[1]);
        must(content, head[3]);
        struct ubpf_vm* vm = ubpf_create();
        ubpf_set_error_print(vm, quiet);
        ubpf_register(vm, 1, "lookup", stream_lookup);
        ubpf_register_stack_usage_calculator(vm, frame_bytes, NULL);
        ubpf_register_data_bounds_check(vm, NULL, allow_any);
        char* error = NULL;
        int loaded = ubpf_load(vm, code, head[0] * 8, &error);
        ubpf_jit_fn compiled = loaded < 0 ? NULL : ubpf_compile(vm, &error);
        for (int engine = 0; engine < 2; engine++) {
            uint64_t result = 0;
            memcpy(copy, data, head[1]);
            memcpy(stream_map, content, head[3]);
            uint64_t context[4] = {(uintptr_t)copy, (uintptr_t)copy + head[1], (uintptr_t)copy, 1};
            uint32_t answer[5] = {0, loaded < 0 || compiled == NULL, 0, 0, head[1]};
            if (answer[1] == 0 && engine == 1) result = compiled(context, sizeof(context));
            else if (answer[1] == 0 && ubpf_exec(vm, context, sizeof(context), &result) < 0) answer[1] = 2;
            answer[2] = (uint32_t)result;
            fwrite(answer, sizeof(answer), 1, stdout);
            fwrite(copy, 1, head[1], stdout);
            fwrite(stream_map, 1, head[3], stdout);
        }
        free(error);
        ubpf_destroy(vm);
        free(code);
    }
}

int main(int count, char** arguments)
{
    if (count == 2 && strcmp(arguments[1], "stream") == 0) return stream();
    if (count != 5 && count != 6) {
        fprintf(stderr, "usage: ubpf interpreter|jit CODE MEMORY ROUNDS [INVOCATIONS]\n");
        return 2;
    }
    size_t code_size, memory_size;
    unsigned char* code = read_file(arguments[2], &code_size);
    unsigned char* memory = read_file(arguments[3], &memory_size);
    unsigned char* copy = malloc(memory_size);
    struct ubpf_vm* vm = ubpf_create();
    char* error = NULL;
    ubpf_register(vm, 1, "lookup", lookup);
    ubpf_register_data_bounds_check(vm, NULL, allow_any);
    ubpf_toggle_bounds_check(vm, strcmp(arguments[1], "jit") != 0);
    ubpf_set_jit_code_size(vm, 8 << 20);
    double start = now();
    if (ubpf_load(vm, code, (uint32_t)code_size, &error) < 0) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    ubpf_jit_fn run = NULL;
    if (strcmp(arguments[1], "jit") == 0) {
        run = ubpf_compile(vm, &error);
        if (run == NULL) {
            fprintf(stderr, "%s\n", error);
            return 1;
        }
    }
    fprintf(stderr, "load %.0f\n", now() - start);
    for (int round = atoi(arguments[4]); round > 0; round--) {
        uint64_t result = 0;
        memcpy(copy, memory, memory_size);
        fill_maps();
        start = now();
        if (count == 6) {
            uint64_t context[4] = {(uintptr_t)copy, (uintptr_t)copy + memory_size, (uintptr_t)copy, 1};
            uint64_t one = 0;
            for (long left = atol(arguments[5]); left > 0; left--) {
                if (run != NULL) one = run(context, sizeof(context));
                else if (ubpf_exec(vm, context, sizeof(context), &one) < 0) return 1;
                result += one;
            }
        }
        else if (run != NULL) result = run(copy, memory_size);
        else if (ubpf_exec(vm, copy, memory_size, &result) < 0) return 1;
        printf("%.0f %llu\n", now() - start, (unsigned long long)result);
    }
    return 0;
}
