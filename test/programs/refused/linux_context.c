/* SPDX-License-Identifier: MIT */
/* Declares the context as Linux does, with fields of 32 bits. */
#include <winbpf/section.h>
#include <winbpf/types.h>
struct linux_context {
    uint32_t data;
    uint32_t data_end;
};

SEC("xdp")
int linux_context(struct linux_context *ctx)
{
    const uint8_t *data = (const void *)(uint64_t)ctx->data;
    const uint8_t *end = (const void *)(uint64_t)ctx->data_end;
    if (data + 1 > end)
        return 1;
    return data[0];
}
