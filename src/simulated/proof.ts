import type { ProgramOptions } from "../engine/index.ts";
import type { ProgramTypeRow } from "../platform/index.ts";
import { type HashedMap, hashOfProgram, type ProgramProof, type ProvenAccess } from "../spec/index.ts";
import type { MapReference } from "./map-reference.ts";

/** What serves to leave checks out, and if nothing does, why. */
export type ProofUse =
  | { readonly accesses: readonly ProvenAccess[]; readonly reason: undefined }
  | { readonly accesses: undefined; readonly reason: string };

/** What a program hashes to in this kernel: with the context that it gives and the maps that there are. */
function hashIn(options: ProgramOptions, type: ProgramTypeRow, references: readonly MapReference[]): string {
  const maps = references.map(({ slot, map, offset }): HashedMap => {
    const { type: kind, keySize, valueSize, maxEntries } = map.options;
    return { slot, type: kind, keySize, valueSize, maxEntries, offset };
  });
  return hashOfProgram({ platform: "windows", type: type.name, context: type.context, code: options.code, maps });
}

/**
 * Decides what of a proof holds here. Map values are left out where a program has maps of maps: one that it takes out of
 * such a map goes at once, and what it holds of its values is worth nothing any more.
 */
export function useOf(
  proof: ProgramProof | undefined,
  options: ProgramOptions,
  type: ProgramTypeRow,
  references: readonly MapReference[],
): ProofUse {
  if (proof === undefined) return { accesses: undefined, reason: "there is no proof of it" };
  if (proof.program !== hashIn(options, type, references)) {
    return { accesses: undefined, reason: "the proof is of another program, or of other maps" };
  }
  const mayLose = references.some(({ map }) => map.innerMapId !== 0);
  const { accesses } = proof;
  return {
    accesses: mayLose ? accesses.filter(({ regions }) => !regions.includes("map-value")) : accesses,
    reason: undefined,
  };
}
