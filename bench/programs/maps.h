/* Lookups in a map of 1,024 numbers, by keys that are all there; `LOOKUPS` is the function's name. */
#include "bench.h"

#ifdef __bpf__
#define lookup(map, key) ((u64*)((void* (*)(const void*, const void*))1)(map, key))
#define DEFINE_MAP(kind)                                                                                               \
    struct {                                                                                                           \
        int (*type)[kind];                                                                                             \
        u32* key;                                                                                                      \
        u64* value;                                                                                                    \
        int (*max_entries)[1024];                                                                                      \
    } map __attribute__((section(".maps"), used));
#else
u64* native_lookup(int kind, const u32* key);
#define lookup(map, key) native_lookup(*(map), key)
#define DEFINE_MAP(kind) static const int map = kind;
#endif

DEFINE_MAP(KIND)

u64 LOOKUPS(struct input* in)
{
    u64 sum = 0;
    u32 key = in->packet[0];
    for (u32 n = 0; n < in->repeat; n++) {
        key = (key * 5 + 1) & 1023;
        u32 copy = key;
        u64* value = lookup(&map, &copy);
        if (value) {
            *value += n;
            sum = (sum ^ *value) * 3;
        }
    }
    return sum;
}
