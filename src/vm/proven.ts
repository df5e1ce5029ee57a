import { EbpfError } from "../errors.ts";
import type { ProvenAccess } from "../spec/index.ts";

/** Addresses below are never handed out. */
export const NULL_PAGE = 65_536;

/**
 * What is left to check of an access whose place was proved: nothing, or that its address is not null with something
 * added to it, which would lie in page 0.
 */
export type Proven = "inside" | "not-null";

function leftOf({ end, mayBeNull }: ProvenAccess): Proven | undefined {
  if (!mayBeNull) return "inside";
  return end <= NULL_PAGE ? "not-null" : undefined;
}

/**
 * What is left to check, by index of instruction. `indexOf` gives the index of the load, store or atomic operation in a
 * slot.
 *
 * @throws EbpfError `EBPF_INVALID_ARGUMENT` where there is none.
 */
export function provenAccesses(
  accesses: readonly ProvenAccess[],
  indexOf: (slot: number) => number | undefined,
): ReadonlyMap<number, Proven> {
  const proven = new Map<number, Proven>();
  for (const access of accesses) {
    const index = indexOf(access.slot);
    if (index === undefined) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `the proof is of slot ${access.slot}, which touches no memory`);
    }
    const left = leftOf(access);
    if (left !== undefined) proven.set(index, left);
  }
  return proven;
}
