/* SPDX-License-Identifier: MIT */
/* Data sections: initialised, read-only and zeroed. */
#include <winbpf/bind.h>

uint32_t limit = 7;
const volatile uint32_t step = 3;
uint32_t count;

SEC("bind")
int data(bind_md_t *ctx)
{
    (void)ctx;
    count += step;
    return count > limit ? BIND_DENY : BIND_PERMIT;
}
