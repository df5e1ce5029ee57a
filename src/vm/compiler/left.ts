/** Why compiled code came back, beside what stop.ts lists: the interpreter has to go on, from the site in the area. */
export const LEFT = 5;

/** What asking for the next chunk of instructions gives when the deadline has passed. */
export const LATE = -2;
/** What it gives when the budget has fewer instructions left than compiled code may run before it asks again. */
export const SHORT = -1;
