/*
 * The array of words in which a machine keeps what its interpreter touches at every instruction; being one array, it
 * is checked and addressed once. r0 to r10 low halves at 0, high halves at 16, saved registers of callers, then code.
 */

/** Words from a register's low half to its high half. */
export const HIGH = 16;
/** Where callers' return addresses and r6 to r9 are kept. */
export const FRAMES = 2 * HIGH;
/** Words a caller takes: return address, r6 to r9 low, r6 to r9 high. */
export const FRAME_WORDS = 9;
/** Where the code of programs begins. */
export const CODE_START = FRAMES + 8 * FRAME_WORDS;
