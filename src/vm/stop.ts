/** Why `execute` came back, other than by throwing. */
export const EXITED = 1;
export const TAIL_CALLED = 2;
/** At a `stop` operation, which only traces have. */
export const STOPPED = 3;
/** The chunk of code that it was given is walked: time to look at budget and clock. */
export const CHUNK_ENDED = 4;

/** Words of code walked between two looks at budget and clock: 65,536 instructions. */
export const CHUNK = 4 * 65_536;
