/* The packet parser of parse.h as an XDP program: one packet an invocation. */
#define PARSE inline __attribute__((always_inline))
#include "parse.h"

#ifdef LINUX
/* struct xdp_md. */
struct context {
    u32 data;
    u32 data_end;
};
#define pointer(field) ((const u8*)(u64)(field))
#else
/* xdp_md_t of Windows. */
struct context {
    const u8* data;
    const u8* data_end;
    u64 data_meta;
    u32 ingress_ifindex;
};
#define pointer(field) (field)
#endif

#pragma clang section text = "xdp"

enum { PASS = 1, DROP = 2 };

u64 packet(struct context* context)
{
    u64 result = parse_packet(pointer(context->data), pointer(context->data_end));
    return result > 3 && (result & 1) ? DROP : PASS;
}
