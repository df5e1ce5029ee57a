/* SPDX-License-Identifier: MIT */
/* Process programs, SEC("process"): a failing NTSTATUS (top bit set) on creation prevents it. */
#ifndef WINBPF_PROCESS_H
#define WINBPF_PROCESS_H

#include "bpf.h"

typedef enum process_operation {
    PROCESS_OPERATION_CREATE = 0,
    PROCESS_OPERATION_DELETE = 1, /* the result is not looked at */
} process_operation_t;

#define TOKEN_SID_MAX_SIZE 68

/* Times are 100 ns units since 1601. */
typedef struct process_md {
    uint8_t *command_start; /* the command line, UTF-16 */
    uint8_t *command_end;
    uint64_t process_id;
    uint64_t parent_process_id;
    uint64_t creating_process_id;
    uint64_t creating_thread_id;
    uint64_t creation_time;
    uint64_t exit_time;
    uint32_t process_exit_code;
    uint8_t operation; /* process_operation_t */
    uint32_t token_sid_size;
    uint8_t token_sid[TOKEN_SID_MAX_SIZE];
} process_md_t;
WINBPF_SIZE(process_md_t, 144);
WINBPF_OFFSET(process_md_t, command_start, 0);
WINBPF_OFFSET(process_md_t, command_end, 8);
WINBPF_OFFSET(process_md_t, process_id, 16);
WINBPF_OFFSET(process_md_t, parent_process_id, 24);
WINBPF_OFFSET(process_md_t, creating_process_id, 32);
WINBPF_OFFSET(process_md_t, creating_thread_id, 40);
WINBPF_OFFSET(process_md_t, creation_time, 48);
WINBPF_OFFSET(process_md_t, exit_time, 56);
WINBPF_OFFSET(process_md_t, process_exit_code, 64);
WINBPF_OFFSET(process_md_t, operation, 68);
WINBPF_OFFSET(process_md_t, token_sid_size, 72);
WINBPF_OFFSET(process_md_t, token_sid, 76);

typedef int process_hook_t(process_md_t *context);

enum {
    BPF_FUNC_process_get_image_path = WINBPF_HELPER_OF_TYPE(0),
    BPF_FUNC_process_get_account_name = WINBPF_HELPER_OF_TYPE(1),
    BPF_FUNC_process_get_account_domain = WINBPF_HELPER_OF_TYPE(2),
};

/* UTF-16 text into `buffer`: the number of bytes, 0 where it does not fit or is not to be had. */
WINBPF_HELPER(int, bpf_process_get_image_path, BPF_FUNC_process_get_image_path, process_md_t *ctx, uint8_t *buffer,
              uint32_t size);
WINBPF_HELPER(int, bpf_process_get_account_name, BPF_FUNC_process_get_account_name, process_md_t *ctx, uint8_t *buffer,
              uint32_t size);
WINBPF_HELPER(int, bpf_process_get_account_domain, BPF_FUNC_process_get_account_domain, process_md_t *ctx,
              uint8_t *buffer, uint32_t size);

#endif
