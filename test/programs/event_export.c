/* SPDX-License-Identifier: MIT */
/*
 * Exports events both ways: flows through a ring buffer, dropped and passing packets through a perf event array, where
 * the beginning of the packet follows the record.
 */
#include <winbpf/netevent.h>
#include <winbpf/sock_ops.h>

#define MOST_CAPTURED 128

struct flow_event {
    uint64_t time; /* nanoseconds since boot */
    uint64_t process;
    uint32_t op; /* bpf_sock_op_type_t */
    uint16_t local_port;  /* host byte order */
    uint16_t remote_port; /* host byte order */
};

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 65536);
} flows SEC(".maps");

SEC("sockops")
int export_flow(bpf_sock_ops_t *ctx)
{
    struct flow_event event = {
        .time = bpf_ktime_get_boot_ns(),
        .process = bpf_get_current_pid_tgid() >> 32,
        .op = ctx->op,
        .local_port = bpf_ntohs(ctx->local_port),
        .remote_port = bpf_ntohs(ctx->remote_port),
    };
    bpf_ringbuf_output(&flows, &event, sizeof(event), 0);
    return 0;
}

/* PktMon's header, as far as this program reads it. */
struct pktmon_header {
    uint8_t event;
    uint32_t original_length;
    uint32_t logged_length;
    uint32_t metadata_length;
    uint8_t group[8];
    uint16_t counts[7];
    uint32_t drop_reason;
    uint32_t drop_location;
    uint16_t cpu;
    uint8_t time[8];
} __attribute__((packed));
WINBPF_SIZE(struct pktmon_header, PKTMON_EVENT_HEADER_LENGTH);

struct packet_event {
    uint32_t type; /* NETEVENT_EVENT_TYPE_* */
    uint32_t drop_reason;
    uint32_t original_length;
    uint32_t captured;
};

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(max_entries, 65536);
} packets SEC(".maps");

SEC("netevent_monitor")
int export_packet(netevent_event_md_t *ctx)
{
    netevent_data_header_t *type = (void *)ctx->data_meta;
    struct pktmon_header *header = (void *)(type + 1);
    if ((uint8_t *)(header + 1) > ctx->data)
        return -1;
    uint64_t length = ctx->data_end - ctx->data;
    struct packet_event event = {
        .type = type->type,
        .drop_reason = header->drop_reason,
        .original_length = header->original_length,
        .captured = length < MOST_CAPTURED ? length : MOST_CAPTURED,
    };
    uint64_t flags = BPF_F_CURRENT_CPU | ((uint64_t)event.captured << BPF_F_CTXLEN_SHIFT);
    return bpf_perf_event_output(ctx, &packets, flags, &event, sizeof(event));
}
