/* SPDX-License-Identifier: MIT */
/* Three programs on 802.1Q tags: change one in place, put one in, take one out. All let every packet pass. */
#include <winbpf/packet.h>
#include <winbpf/xdp.h>

#define FROM_VLAN 100
#define TO_VLAN 300
#define PUSHED_VLAN 42
#define PUSHED_PRIORITY 5

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, uint64_t);
} changed SEC(".maps");

static __always_inline xdp_action_t pass_changed(void)
{
    uint32_t zero = 0;
    uint64_t *packets = bpf_map_lookup_elem(&changed, &zero);
    if (packets)
        __sync_fetch_and_add(packets, 1);
    return XDP_PASS;
}

struct tagged_header {
    uint8_t addresses[12];
    __be16 type;
    struct vlan_header tag;
};
WINBPF_SIZE(struct tagged_header, 18);

static __always_inline int is_tag(__be16 type)
{
    return type == bpf_htons(ETHERTYPE_VLAN) || type == bpf_htons(ETHERTYPE_SERVICE_VLAN);
}

/* VLAN 100 in the outer tag becomes 300; priority and drop-eligible bit stay. */
SEC("xdp/set")
xdp_action_t vlan_set(xdp_md_t *ctx)
{
    struct tagged_header *frame = ctx->data;
    if ((void *)(frame + 1) > ctx->data_end || !is_tag(frame->type))
        return XDP_PASS;
    uint16_t control = bpf_ntohs(frame->tag.control);
    if ((control & VLAN_ID_MASK) != FROM_VLAN)
        return XDP_PASS;
    frame->tag.control = bpf_htons((control & ~VLAN_ID_MASK) | TO_VLAN);
    return pass_changed();
}

/* A frame without a tag gets VLAN 42, priority 5. */
SEC("xdp/push")
xdp_action_t vlan_push(xdp_md_t *ctx)
{
    struct ethernet_header *before = ctx->data;
    if ((void *)(before + 1) > ctx->data_end || is_tag(before->type))
        return XDP_PASS;
    uint8_t addresses[12];
    __be16 type = before->type;
    __builtin_memcpy(addresses, before, sizeof(addresses));
    if (bpf_xdp_adjust_head(ctx, -(int)sizeof(struct vlan_header)) != 0)
        return XDP_PASS;
    struct tagged_header *after = ctx->data;
    if ((void *)(after + 1) > ctx->data_end)
        return XDP_DROP;
    __builtin_memcpy(after->addresses, addresses, sizeof(addresses));
    after->type = bpf_htons(ETHERTYPE_VLAN);
    after->tag.control = bpf_htons(PUSHED_PRIORITY << VLAN_PRIORITY_SHIFT | PUSHED_VLAN);
    after->tag.type = type;
    return pass_changed();
}

/* A tagged frame loses its outer tag. */
SEC("xdp/pop")
xdp_action_t vlan_pop(xdp_md_t *ctx)
{
    struct tagged_header *before = ctx->data;
    if ((void *)(before + 1) > ctx->data_end || !is_tag(before->type))
        return XDP_PASS;
    uint8_t addresses[12];
    __be16 type = before->tag.type;
    __builtin_memcpy(addresses, before->addresses, sizeof(addresses));
    if (bpf_xdp_adjust_head(ctx, sizeof(struct vlan_header)) != 0)
        return XDP_PASS;
    struct ethernet_header *after = ctx->data;
    if ((void *)(after + 1) > ctx->data_end)
        return XDP_DROP;
    __builtin_memcpy(after, addresses, sizeof(addresses));
    after->type = type;
    return pass_changed();
}
