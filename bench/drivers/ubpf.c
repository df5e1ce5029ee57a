/*
 * Times a program in uBPF, as the interpreter or compiled by its JIT, in one process:
 *
 *     ubpf interpreter|jit CODE MEMORY ROUNDS [INVOCATIONS]
 *
 * CODE is raw machine code, MEMORY what r1 points to (r2 is its length). Prints one line a round: nanoseconds, r0.
 * With INVOCATIONS, MEMORY is a packet and r1 points to an xdp_md_t: a round is so many calls, r0 the sum of theirs.
 * Build against a uBPF tree: cc -O2 -I $UBPF/vm/inc ubpf.c $UBPF/build/lib/libubpf.a -lm -o ubpf
 */
#include <stdint.h>
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

int main(int count, char** arguments)
{
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
