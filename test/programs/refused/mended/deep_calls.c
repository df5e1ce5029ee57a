/* SPDX-License-Identifier: MIT */
/* Mended as the report says: make some of them __always_inline, or call less deeply */
#include <winbpf/xdp.h>
#define LEVEL(name, next)                                                                                              \
    static inline __attribute__((always_inline)) int name(int number)                                                             \
    {                                                                                                                  \
        return next(number + 1) + 1;                                                                                   \
    }
static __attribute__((noinline)) int last(int number)
{
    asm volatile("" : "+r"(number));
    return number;
}
LEVEL(level8, last)
LEVEL(level7, level8)
LEVEL(level6, level7)
LEVEL(level5, level6)
LEVEL(level4, level5)
LEVEL(level3, level4)
LEVEL(level2, level3)
LEVEL(level1, level2)

SEC("xdp")
int deep_calls(xdp_md_t *ctx)
{
    return level1(ctx->ingress_ifindex) == 3 ? XDP_DROP : XDP_PASS;
}
