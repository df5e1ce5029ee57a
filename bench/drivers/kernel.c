/*
 * Runs XDP programs in the Linux kernel by BPF_PROG_TEST_RUN, for the benchmark and the fuzzer. Needs root.
 *
 * Reads requests from standard input until it ends, all numbers little-endian, 32 bits: slots, bytes of data, repeat,
 * bytes of map; then the machine code, the data, the map's content. `lddw` with source 1 gets a map by its immediate:
 * 0 an array of 8 values of 32 bytes, whose content that is; 1 a hash map and 2 an array of 1,024 numbers.
 * Writes an answer to each: errno, stage (0 it ran, 1 refused, 2 the run failed), return value, nanoseconds a run,
 * bytes of data; then the data and the map's content.
 * Build: cc -O2 kernel.c -o kernel
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 8
#define VALUE 32
#define NUMBERS 1024
#define MOST_DATA 4096

static int bpf(int command, union bpf_attr* attr)
{
    return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int create(uint32_t type, uint32_t value_size, uint32_t entries)
{
    union bpf_attr attr = {0};
    attr.map_type = type;
    attr.key_size = 4;
    attr.value_size = value_size;
    attr.max_entries = entries;
    return bpf(BPF_MAP_CREATE, &attr);
}

static int element(int command, int map, uint32_t key, void* value)
{
    union bpf_attr attr = {0};
    attr.map_fd = (uint32_t)map;
    attr.key = (uintptr_t)&key;
    attr.value = (uintptr_t)value;
    return bpf(command, &attr);
}

static void must(void* into, size_t size)
{
    if (fread(into, 1, size, stdin) != size) exit(1);
}

int main(void)
{
    int maps[3] = {
        create(BPF_MAP_TYPE_ARRAY, VALUE, ENTRIES),
        create(BPF_MAP_TYPE_HASH, 8, NUMBERS),
        create(BPF_MAP_TYPE_ARRAY, 8, NUMBERS),
    };
    if (maps[0] < 0) {
        perror("bpf");
        return 1;
    }
    for (;;) {
        uint32_t head[4];
        if (fread(head, sizeof(head), 1, stdin) != 1) return 0;
        struct bpf_insn* code = calloc(head[0] + 1, 8);
        unsigned char data[MOST_DATA], out[MOST_DATA], content[ENTRIES * VALUE];
        if (head[1] > sizeof(data) || head[3] > sizeof(content)) return 1;
        must(code, (size_t)head[0] * 8);
        must(data, head[1]);
        must(content, head[3]);
        for (uint64_t number = 0; number < NUMBERS; number++)
            for (int map = 1; map < 3; map++) element(BPF_MAP_UPDATE_ELEM, maps[map], (uint32_t)number, &number);
        for (uint32_t key = 0; key * VALUE < head[3]; key++)
            element(BPF_MAP_UPDATE_ELEM, maps[0], key, content + key * VALUE);
        for (uint32_t slot = 0; slot < head[0]; slot++)
            if (code[slot].code == 0x18 && code[slot].src_reg == 1 && (uint32_t)code[slot].imm < 3)
                code[slot].imm = maps[code[slot].imm];
        union bpf_attr attr = {0};
        attr.prog_type = BPF_PROG_TYPE_XDP;
        attr.insn_cnt = head[0];
        attr.insns = (uintptr_t)code;
        attr.license = (uintptr_t) "GPL";
        int program = bpf(BPF_PROG_LOAD, &attr);
        uint32_t answer[5] = {program < 0 ? (uint32_t)errno : 0, program < 0, 0, 0, 0};
        if (program >= 0) {
            union bpf_attr run = {0};
            run.test.prog_fd = (uint32_t)program;
            run.test.data_in = (uintptr_t)data;
            run.test.data_size_in = head[1];
            run.test.data_out = (uintptr_t)out;
            run.test.data_size_out = sizeof(out);
            run.test.repeat = head[2];
            if (bpf(BPF_PROG_TEST_RUN, &run) < 0) {
                answer[0] = (uint32_t)errno;
                answer[1] = 2;
            } else {
                answer[2] = run.test.retval;
                answer[3] = run.test.duration;
                answer[4] = run.test.data_size_out;
            }
            close(program);
        }
        for (uint32_t key = 0; key * VALUE < head[3]; key++)
            element(BPF_MAP_LOOKUP_ELEM, maps[0], key, content + key * VALUE);
        fwrite(answer, sizeof(answer), 1, stdout);
        fwrite(out, 1, answer[4], stdout);
        fwrite(content, 1, head[3], stdout);
        free(code);
    }
}
