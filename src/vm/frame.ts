/** Bytes of stack of one function (facts: UBPF_STACK_SIZE in include/bpf2c.h of ebpf-for-windows). */
export const FRAME_BYTES = 512;
/** Functions on the stack at once, the program's own among them: PREVAIL's limit, which Windows has. */
export const MAX_FRAMES = 8;
