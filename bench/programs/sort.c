/* Insertion sort on the stack. */
#include "bench.h"

u64 sort(struct input* in)
{
    u64 result = 0;
    for (u32 n = 0; n < in->repeat; n++) {
        u32 items[64];
        for (u32 i = 0; i < 64; i++)
            items[i] = (in->packet[i] * 2654435761u) ^ (n * 40503u);
        for (u32 i = 1; i < 64; i++) {
            u32 item = items[i], j = i;
            while (j > 0 && items[j - 1] > item) {
                items[j] = items[j - 1];
                j--;
            }
            items[j] = item;
        }
        result += items[0] ^ items[63];
        barrier();
    }
    return result;
}
