/* SPDX-License-Identifier: MIT */
/* Bind programs, SEC("bind"): decide about the binding of local ports. No program means: permit. */
#ifndef WINBPF_BIND_H
#define WINBPF_BIND_H

#include "bpf.h"

typedef enum bind_operation {
    BIND_OPERATION_BIND = 0,
    BIND_OPERATION_POST_BIND = 1, /* the port is allocated */
    BIND_OPERATION_UNBIND = 2,    /* the port is released; the verdict is not looked at */
} bind_operation_t;

typedef struct bind_md {
    uint8_t *app_id_start;     /* file name of the program, UTF-16, without folder and without terminator */
    uint8_t *app_id_end;       /* one past its last byte */
    uint64_t process_id;
    uint8_t socket_address[16]; /* the first bytes of a sockaddr_in or sockaddr_in6 */
    uint8_t socket_address_length;
    bind_operation_t operation;
    uint8_t protocol; /* IPPROTO_* */
} bind_md_t;
WINBPF_SIZE(bind_md_t, 56);
WINBPF_OFFSET(bind_md_t, app_id_start, 0);
WINBPF_OFFSET(bind_md_t, app_id_end, 8);
WINBPF_OFFSET(bind_md_t, process_id, 16);
WINBPF_OFFSET(bind_md_t, socket_address, 24);
WINBPF_OFFSET(bind_md_t, socket_address_length, 40);
WINBPF_OFFSET(bind_md_t, operation, 44);
WINBPF_OFFSET(bind_md_t, protocol, 48);

/* Any other value blocks. */
typedef enum bind_action {
    BIND_PERMIT_SOFT = 0, /* a filter of lower weight may still block */
    BIND_DENY = 1,
    BIND_REDIRECT = 2, /* does not rewrite the address today */
    BIND_PERMIT_HARD = 3,
    BIND_PERMIT = BIND_PERMIT_SOFT,
} bind_action_t;

typedef bind_action_t bind_hook_t(bind_md_t *context);

#endif
