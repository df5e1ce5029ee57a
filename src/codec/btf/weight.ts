import { EbpfError } from "../../errors.ts";

/** How deep structs, unions and arrays may nest: real ones stay below ten. */
export const MAX_DEPTH = 64;

/**
 * How many steps decoding or encoding one value may take. A type of few bytes can stand for any number of members
 * (arrays of empty structs, unions of unions), and such a type may come from a stranger.
 */
export const MAX_WEIGHT = 1 << 20;

/** A union's members are encoded, decoded and encoded again where a value names several of them. */
export const UNION_FACTOR = 3;

/** `weight`, unless a value of the type would take too long. Throws `EBPF_NOT_SUPPORTED`. */
export function checkWeight(weight: number, name: string): number {
  if (weight <= MAX_WEIGHT) return weight;
  throw new EbpfError("EBPF_NOT_SUPPORTED", `a value of ${name} has more than ${MAX_WEIGHT} members`, {
    hint: "Read and write this map as bytes.",
  });
}
