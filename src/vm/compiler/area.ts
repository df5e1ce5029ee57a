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
/** Bounds of each group of accesses: first address, length, 8 bytes each. */
export const GROUPS = FRAMES + 8 * FRAME_STRIDE;
export const GROUP_STRIDE = 16;

export function areaBytes(groups: number): number {
  return GROUPS + groups * GROUP_STRIDE;
}
