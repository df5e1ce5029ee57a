/* SPDX-License-Identifier: MIT */
/* Tells of untagged ARP packets in the trace, with no, one, two and three arguments. Lets everything pass. */
#include <winbpf/packet.h>
#include <winbpf/xdp.h>

struct arp_frame {
    struct ethernet_header ethernet;
    uint8_t fixed[6];
    __be16 operation;
};
WINBPF_SIZE(struct arp_frame, 22);

SEC("xdp")
xdp_action_t printk(xdp_md_t *ctx)
{
    struct arp_frame *frame = ctx->data;
    if ((void *)(frame + 1) > ctx->data_end || frame->ethernet.type != bpf_htons(ETHERTYPE_ARP))
        return XDP_PASS;
    uint64_t length = ctx->data_end - ctx->data;
    uint32_t operation = bpf_ntohs(frame->operation);
    bpf_printk("arp");
    bpf_printk("arp operation %u", operation);
    bpf_printk("arp operation %x, %llu bytes", operation, length);
    bpf_printk("arp operation %u, %llu bytes, interface %u: 100%%\n", operation, length, ctx->ingress_ifindex);
    return XDP_PASS;
}
