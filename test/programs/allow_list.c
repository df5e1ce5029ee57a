/* SPDX-License-Identifier: MIT */
/* Lets connections go where a list of address prefixes allows: of several that fit, the longest has the say. */
#include <winbpf/sock_addr.h>

struct prefix4 {
    uint32_t bits;
    uint8_t address[4];
};

struct prefix6 {
    uint32_t bits;
    uint8_t address[16];
};

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 1024);
    __type(key, struct prefix4);
    __type(value, uint32_t); /* ebpf_sock_addr_verdict_t */
} allowed4 SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 1024);
    __type(key, struct prefix6);
    __type(value, uint32_t); /* ebpf_sock_addr_verdict_t */
} allowed6 SEC(".maps");

SEC("cgroup/connect_authorization4")
int allow4(bpf_sock_addr_t *ctx)
{
    struct prefix4 key = {.bits = 32};
    uint32_t address = ctx->user_ip4;
    __builtin_memcpy(key.address, &address, sizeof(address));
    uint32_t *verdict = bpf_map_lookup_elem(&allowed4, &key);
    return verdict ? *verdict : BPF_SOCK_ADDR_VERDICT_REJECT;
}

SEC("cgroup/connect_authorization6")
int allow6(bpf_sock_addr_t *ctx)
{
    struct prefix6 key = {.bits = 128};
    __builtin_memcpy(key.address, ctx->user_ip6, sizeof(key.address));
    uint32_t *verdict = bpf_map_lookup_elem(&allowed6, &key);
    return verdict ? *verdict : BPF_SOCK_ADDR_VERDICT_REJECT;
}
