/**
 * Bounds on what one object file may ask for. A file can name one subprogram from many places, and every program gets
 * its own copy, so the linked code can be far larger than the file: these keep time and memory in proportion.
 */

/**
 * Slots of all programs and subprograms of one object together, linked: four times what the largest object of
 * PREVAIL's corpus has. With a source line for each and a function for each this is about 70 MiB.
 */
export const MAX_LINKED_SLOTS = 524_288;

/** Functions on one path of calls. Windows runs 8; deeper nesting is for the verifier to refuse, not for the loader. */
export const MAX_CALL_NESTING = 256;

/** Bytes of one name or one line of source text. Linux allows 512 for a name in BTF. */
export const MAX_STRING_BYTES = 4096;

/** Typedefs, qualifiers and arrays on the way from a type id to its type; PREVAIL stops at 255 too. */
export const MAX_TYPE_CHAIN = 255;

/** Levels of maps in maps; PREVAIL's and Linux's limit. */
export const MAX_INNER_MAPS = 2;

/** Faults that are kept of one object, the first ones. */
export const MAX_FAULTS = 1000;
