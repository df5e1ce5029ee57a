import { assertInteger, assertIterable, assertObject, assertText } from "../arguments.ts";
import { EbpfError } from "../errors.ts";
import type { ProgramProof, ProvenAccess, ProvenRegion } from "../spec/index.ts";

const REGIONS: readonly ProvenRegion[] = ["stack", "context", "packet", "map-value"];
const HASH = /^[0-9a-f]{64}$/;
/** Offsets and sizes of memory are below. */
const FARTHEST = 2 ** 32;
/** More than any program has. */
const MOST_ACCESSES = 2 ** 24;

function refusal(what: string): EbpfError {
  return new EbpfError("EBPF_INVALID_ARGUMENT", `The proof is none: ${what}`, {
    hint: "Hand in what `verify(…, { proof: true })` gave, as it was.",
  });
}

function checkedAccess({ slot, regions, end, mayBeNull }: ProvenAccess, before: number): ProvenAccess {
  assertInteger(slot, "The slot of a proven access", before + 1);
  assertIterable(regions, "The regions of a proven access");
  assertInteger(end, "The end of a proven access", -FARTHEST, FARTHEST);
  if (typeof mayBeNull !== "boolean") throw refusal(`slot ${slot} does not say whether the address may be null`);
  const known = REGIONS.filter((region) => [...regions].includes(region));
  if (known.length === 0 || known.length !== [...regions].length) throw refusal(`slot ${slot} has regions of its own`);
  return { slot, regions: known, end, mayBeNull };
}

/**
 * A copy of what a caller hands in as a proof, once it is known to have a proof's form.
 *
 * Throws `EBPF_INVALID_ARGUMENT` where it has not.
 */
export function checkedProof(proof: ProgramProof): ProgramProof {
  assertObject(proof, "A proof");
  const { program, accesses } = proof;
  assertText(program, "What a proof is of");
  if (!HASH.test(program)) throw refusal("it does not say of which program");
  if (!Array.isArray(accesses) || accesses.length > MOST_ACCESSES) throw refusal("it has no list of accesses");
  const checked: ProvenAccess[] = [];
  for (const access of accesses) {
    assertObject(access, "A proven access");
    checked.push(checkedAccess(access, checked.at(-1)?.slot ?? -1));
  }
  return { program, accesses: checked };
}
