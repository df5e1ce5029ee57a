/* SPDX-License-Identifier: MIT */
/* Finds a word in the first 32 bytes of what the sample extension gives, and writes stars over it. */
#include <winbpf/sample.h>

#define TEXT_BYTES 32
#define WORD_BYTES 8

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, char[WORD_BYTES]); /* ends with NUL */
} word SEC(".maps");

/* 0 where the word was found, 1 where not, 2 where there is too little text. */
SEC("sample_ext")
int censor(sample_program_context_t *ctx)
{
    uint8_t *text = ctx->data_start;
    if (text + TEXT_BYTES > ctx->data_end)
        return 2;
    uint32_t zero = 0;
    char *wanted = bpf_map_lookup_elem(&word, &zero);
    if (!wanted || wanted[0] == 0)
        return 1;
    int64_t position = sample_ebpf_extension_find(text, TEXT_BYTES, wanted, WORD_BYTES);
    if (position < 0)
        return 1;
    char stars[WORD_BYTES] = {};
#pragma unroll
    for (int i = 0; i < WORD_BYTES - 1; i++)
        if (wanted[i] != 0)
            stars[i] = '*';
    sample_ebpf_extension_replace(text, TEXT_BYTES, position, stars, WORD_BYTES);
    ctx->uint32_data++;
    return 0;
}
