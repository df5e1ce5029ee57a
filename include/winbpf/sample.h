/* SPDX-License-Identifier: MIT */
/* Programs of the sample extension, SEC("sample_ext"): what tests of the platform itself attach to. */
#ifndef WINBPF_SAMPLE_H
#define WINBPF_SAMPLE_H

#include "bpf.h"

typedef struct sample_program_context {
    uint8_t *data_start;
    uint8_t *data_end;
    uint32_t uint32_data;
    uint16_t uint16_data;
    uint32_t helper_data_1;
    uint32_t helper_data_2;
} sample_program_context_t;
WINBPF_SIZE(sample_program_context_t, 32);
WINBPF_OFFSET(sample_program_context_t, data_start, 0);
WINBPF_OFFSET(sample_program_context_t, data_end, 8);
WINBPF_OFFSET(sample_program_context_t, uint32_data, 16);
WINBPF_OFFSET(sample_program_context_t, uint16_data, 20);
WINBPF_OFFSET(sample_program_context_t, helper_data_1, 24);
WINBPF_OFFSET(sample_program_context_t, helper_data_2, 28);

enum {
    BPF_FUNC_sample_ebpf_extension_helper_function1 = WINBPF_HELPER_OF_TYPE(0),
    BPF_FUNC_sample_ebpf_extension_find = WINBPF_HELPER_OF_TYPE(1),
    BPF_FUNC_sample_ebpf_extension_replace = WINBPF_HELPER_OF_TYPE(2),
    BPF_FUNC_sample_ebpf_extension_helper_implicit_1 = WINBPF_HELPER_OF_TYPE(3),
    BPF_FUNC_sample_ebpf_extension_helper_implicit_2 = WINBPF_HELPER_OF_TYPE(4),
    BPF_FUNC_sample_ext_helper_map_lookup_element = WINBPF_HELPER_OF_TYPE(5),
    BPF_FUNC_sample_ext_helper_map_get_value = WINBPF_HELPER_OF_TYPE(6),
};

WINBPF_HELPER(int64_t, sample_ebpf_extension_helper_function1, BPF_FUNC_sample_ebpf_extension_helper_function1,
              sample_program_context_t *ctx);
WINBPF_HELPER(int64_t, sample_ebpf_extension_find, BPF_FUNC_sample_ebpf_extension_find, void *memory, size_t size,
              void *pattern, size_t pattern_size);
WINBPF_HELPER(int64_t, sample_ebpf_extension_replace, BPF_FUNC_sample_ebpf_extension_replace, void *memory, size_t size,
              int64_t position, void *pattern, size_t pattern_size);
/* These two get the context without being given it. */
WINBPF_HELPER(int64_t, sample_ebpf_extension_helper_implicit_1, BPF_FUNC_sample_ebpf_extension_helper_implicit_1, void);
WINBPF_HELPER(int64_t, sample_ebpf_extension_helper_implicit_2, BPF_FUNC_sample_ebpf_extension_helper_implicit_2,
              uint32_t argument);
WINBPF_HELPER(void *, sample_ext_helper_map_lookup_element, BPF_FUNC_sample_ext_helper_map_lookup_element, void *map,
              const void *key);
WINBPF_HELPER(int, sample_ext_helper_map_get_value, BPF_FUNC_sample_ext_helper_map_get_value, void *map,
              const void *key, void *value, size_t size);

#endif
