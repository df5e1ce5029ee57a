import { EbpfError } from "../../errors.ts";

/** How deep structs, unions and arrays may nest: real ones stay below ten. */
export const MAX_DEPTH = 64;

/**
 * How many steps decoding or encoding one value may take. A type of few bytes can stand for any number of members
 * (arrays of empty structs, unions of unions), and such a type may come from a stranger.
 */
const MAX_WEIGHT = 1 << 20;

/** Bytes that are copied or compared in about the time of one member's step. */
const BYTES_PER_STEP = 64;

/**
 * The steps of a union of `members` that take `weight` steps once, over `size` bytes, when a value names all of them:
 * once for their images, then twice (decoded, encoded) for each way to bring these together, `members` and one.
 */
export const unionWeight = (weight: number, members: number, size: number): number =>
  (2 * (members + 1) + 1) * (weight + members * Math.ceil(size / BYTES_PER_STEP));

/** `weight`, unless a value of the type would take too long. Throws `EBPF_NOT_SUPPORTED`. */
export function checkWeight(weight: number, name: string): number {
  if (weight <= MAX_WEIGHT) return weight;
  throw new EbpfError("EBPF_NOT_SUPPORTED", `a value of ${name} has more than ${MAX_WEIGHT} members`, {
    hint: "Read and write this map as bytes.",
  });
}
