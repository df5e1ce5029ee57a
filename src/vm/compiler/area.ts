/*
 * Where compiled code and the machine pass each other what does not fit through a call: an area of kernel memory that
 * no program may touch. Offsets in bytes.
 */

/** r0 to r9, 8 bytes each. */
export const REGISTERS = 0;
/** Number of the site where control left compiled code. */
export const SITE = 80;
/** Instructions of the chunk that were left then, plus those that lie before the site in the layout. */
export const FUEL = 84;
/** Depth of the function's own frame then. */
export const DEPTH = 88;
/** Frames that wait for the running one to return, outermost first: index to return to, then r6 to r9. */
export const FRAMES = 96;
export const FRAME_STRIDE = 40;
/** In a frame: r6. */
export const SAVED = 8;
/**
 * What runs in a row share (see emit/series.ts): which run it is, why the last one came back; the context's address and
 * bytes, those at its start that are pointers, the addresses of its pointers to data, and what it holds when a run begins.
 */
export const SERIES = FRAMES + 8 * FRAME_STRIDE;
export const series = {
  current: 0,
  why: 4,
  context: 8,
  bytes: 12,
  data: 16,
  end: 20,
  meta: 24,
  listed: 28,
  covered: 32,
} as const;
export const TEMPLATE = SERIES + 40;
const TEMPLATE_BYTES = 256;
/** Written to in place of a pointer that the context does not have. */
export const NOWHERE = TEMPLATE + TEMPLATE_BYTES;

/** Bounds of each group of accesses: first address, length, 8 bytes each. */
export const GROUPS = NOWHERE + 8;
export const GROUP_STRIDE = 16;
/** An entry of the list of groups that a packet's bounds go to: address of the group's bounds, bytes of its widest check. */
export const LISTED_STRIDE = 8;

/** Where that list begins; `series.listed` has the bytes of it. */
export function listOf(groups: number): number {
  return GROUPS + groups * GROUP_STRIDE;
}

export function areaBytes(groups: number): number {
  return listOf(groups) + groups * LISTED_STRIDE;
}
