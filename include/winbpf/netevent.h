/* SPDX-License-Identifier: MIT */
/* Network event programs, SEC("netevent_monitor"): see dropped and passing packets; the result is not looked at. */
#ifndef WINBPF_NETEVENT_H
#define WINBPF_NETEVENT_H

#include "bpf.h"

typedef struct netevent_event_md {
    uint8_t *data_meta; /* a netevent_data_header_t, then PKTMON_EVENT_HEADER_LENGTH bytes of PktMon's header */
    uint8_t *data;      /* the packet */
    uint8_t *data_end;
} netevent_event_md_t;
WINBPF_SIZE(netevent_event_md_t, 24);
WINBPF_OFFSET(netevent_event_md_t, data_meta, 0);
WINBPF_OFFSET(netevent_event_md_t, data, 8);
WINBPF_OFFSET(netevent_event_md_t, data_end, 16);

typedef struct netevent_data_header {
    uint8_t type; /* NETEVENT_EVENT_TYPE_* */
    uint16_t version;
} netevent_data_header_t;
WINBPF_SIZE(netevent_data_header_t, 4);
WINBPF_OFFSET(netevent_data_header_t, type, 0);
WINBPF_OFFSET(netevent_data_header_t, version, 2);

#define NETEVENT_EVENT_TYPE_PKTMON_DROP 100
#define NETEVENT_EVENT_TYPE_PKTMON_FLOW 101
#define NETEVENT_PKTMON_EVENT_CURRENT_VERSION 1
#define PKTMON_EVENT_HEADER_LENGTH 0x35

/* What is captured, for all programs: the one that is attached last decides. */
typedef enum netevent_capture_type {
    NeteventCapture_All = 1,
    NeteventCapture_Flow = 2,
    NeteventCapture_Drop = 3,
    NeteventCapture_None = 4,
} netevent_capture_type_t;

typedef int netevent_event_hook_t(netevent_event_md_t *context);

enum { BPF_FUNC_netevent_push_event = WINBPF_HELPER_OF_TYPE(0) };

/* Hands the event to user mode. Newer programs use bpf_perf_event_output. */
WINBPF_HELPER(int, bpf_netevent_push_event, BPF_FUNC_netevent_push_event, netevent_event_md_t *ctx);

#endif
