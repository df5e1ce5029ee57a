/*
 * What every benchmark program is given: r1 points to this, r2 is its length. A program repeats its work `repeat`
 * times and returns a value that depends on all of it, so that two virtual machines can be seen to agree.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

struct input {
    u32 repeat;
    /* Bytes of `packet` that are the packet. */
    u32 length;
    u8 packet[1528];
};

/*
 * For the Linux kernel: its verifier walks every round of a loop, so there is a fixed number of them, over a fixed
 * number of bytes; and atomic operations may not touch packets.
 */
#ifdef REPEAT
#define repeat packet[0] * 0 + REPEAT
#define length_of(in) 1500
#else
#define length_of(in) (in)->length
#endif

/* Keeps the compiler from moving memory accesses out of the loop. */
#define barrier() __asm__ volatile("" ::: "memory")

#define swap16(x) ((u16)__builtin_bswap16(x))

/* One section for the program and its functions: what ubpf_test loads, and a name that is no subprogram's. */
#pragma clang section text = "bench"
