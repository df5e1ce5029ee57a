/* SPDX-License-Identifier: MIT */
/* XDP programs, SEC("xdp"): see a frame before the network stack does. Helper numbers and context as on Windows. */
#ifndef WINBPF_XDP_H
#define WINBPF_XDP_H

#include "bpf.h"

typedef struct xdp_md {
    void *data;               /* first byte of the frame */
    void *data_end;           /* one past its last byte */
    uint64_t data_meta;       /* metadata before the frame */
    uint32_t ingress_ifindex; /* the interface that it came in by */
} xdp_md_t;
WINBPF_SIZE(xdp_md_t, 32);
WINBPF_OFFSET(xdp_md_t, data, 0);
WINBPF_OFFSET(xdp_md_t, data_end, 8);
WINBPF_OFFSET(xdp_md_t, data_meta, 16);
WINBPF_OFFSET(xdp_md_t, ingress_ifindex, 24);

/* What to do with the frame. Linux' XDP_ABORTED (0) and XDP_REDIRECT (4) have no meaning here. */
typedef enum xdp_action {
    XDP_PASS = 1, /* to the network stack */
    XDP_DROP = 2, /* nowhere */
    XDP_TX = 3,   /* back out of the interface that it came in by */
} xdp_action_t;

typedef xdp_action_t xdp_hook_t(xdp_md_t *context);

enum { BPF_FUNC_xdp_adjust_head = WINBPF_HELPER_OF_TYPE(0) };

/* Moves the start of the frame: `delta` < 0 makes room, > 0 cuts. Every packet pointer is invalid afterwards. */
WINBPF_HELPER(int, bpf_xdp_adjust_head, BPF_FUNC_xdp_adjust_head, xdp_md_t *ctx, int delta);

#endif
