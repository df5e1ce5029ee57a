import type { MapSpec } from "../spec/index.ts";
import type { VerifiedMap } from "./environment.ts";

const NO_INNER_MAP = -1;
/** Data sections are maps of no type to the verifier. */
const UNSPECIFIED = 0;

function verified(map: MapSpec): VerifiedMap {
  const isDataSection = map.readOnly !== undefined;
  return {
    fd: map.descriptor,
    name: map.name,
    type: isDataSection ? UNSPECIFIED : map.type,
    keySize: map.keySize,
    valueSize: map.valueSize,
    maxEntries: map.maxEntries,
    innerFd: map.inner?.descriptor ?? NO_INNER_MAP,
  };
}

/** An object's maps and what its maps of maps hold, each descriptor once. */
export function verifiedMaps(maps: readonly MapSpec[]): VerifiedMap[] {
  const byDescriptor = new Map<number, VerifiedMap>();
  for (const outer of maps) {
    for (let map: MapSpec | undefined = outer; map !== undefined; map = map.inner) {
      if (!byDescriptor.has(map.descriptor)) byDescriptor.set(map.descriptor, verified(map));
    }
  }
  return [...byDescriptor.values()];
}
