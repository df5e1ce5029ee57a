/** Why compiled code came back, beside what stop.ts lists: the interpreter has to go on, from the site in the area. */
export const LEFT = 5;
/** A helper threw: the error waits to be thrown on, for nothing is thrown through compiled code. */
export const FAILED = 6;

/** What asking for other bounds gives: whether the access is allowed. */
export const REFUSED = 0;
export const ALLOWED = 1;

/** What asking for the next chunk of instructions gives when the deadline has passed. */
export const LATE = -2;
/** What it gives when the budget has fewer instructions left than compiled code may run before it asks again. */
export const SHORT = -1;
