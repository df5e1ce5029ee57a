/**
 * How a run of a series is described, in memory that no program may touch: 32-bit words at these offsets. The verdict
 * is the low half of r0, written when the run has ended.
 */
export const descriptor = { address: 0, length: 4, verdict: 8 } as const;
export const DESCRIPTOR_BYTES = 16;
