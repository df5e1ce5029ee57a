/* SPDX-License-Identifier: MIT */
/* Two programs in one section, and one in a section of its own. */
#include <winbpf/bind.h>

SEC("bind")
bind_action_t first(bind_md_t *ctx)
{
    return ctx->protocol == 200 ? BIND_DENY : BIND_PERMIT;
}

SEC("bind")
bind_action_t second(bind_md_t *ctx)
{
    return ctx->protocol == 201 ? BIND_DENY : BIND_PERMIT;
}

SEC("bind/third")
bind_action_t third(bind_md_t *ctx)
{
    return ctx->protocol == 202 ? BIND_DENY : BIND_PERMIT;
}
