/** What a Linux map's values are to a verifier, and whether every key below `maxEntries` exists. */
export interface LinuxMapFamily {
  readonly array: boolean;
  readonly values: "any" | "map" | "program";
}

const plain: LinuxMapFamily = { array: false, values: "any" };
const array: LinuxMapFamily = { array: true, values: "any" };

/** The map types that are not plain (Linux' include/uapi/linux/bpf.h numbers, PREVAIL's families). */
const families: ReadonlyMap<number, LinuxMapFamily> = new Map([
  [2, array],
  [3, { array: true, values: "program" }],
  [4, array],
  [6, array],
  [8, array],
  [12, { array: true, values: "map" }],
  [13, { array: false, values: "map" }],
]);

/** The family of a Linux map type number; numbers nobody knows count as plain. */
export function linuxMapFamily(type: number): LinuxMapFamily {
  return families.get(type) ?? plain;
}
