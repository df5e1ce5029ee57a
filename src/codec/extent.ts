import { EbpfError } from "../errors.ts";
import { describe } from "./describe.ts";

/** The most bytes that one value can have: what a 32-bit address space can sensibly hold of one. */
export const MAX_VALUE_BYTES = 1 << 30;

/** `count` as a number of bytes or elements. Throws `EBPF_INVALID_ARGUMENT` where it is none or too many. */
export function checkExtent(count: number, what: string): number {
  if (Number.isInteger(count) && count >= 0 && count <= MAX_VALUE_BYTES) return count;
  throw new EbpfError(
    "EBPF_INVALID_ARGUMENT",
    `${what} is a whole number up to ${MAX_VALUE_BYTES}, not ${describe(count)}`,
    { hint: "Give a number of that range." },
  );
}
