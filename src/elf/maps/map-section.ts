import type { MapSpec } from "../../spec/index.ts";

/** A map together with where the file declares it: what relocations need to find it. */
export interface DeclaredMap {
  readonly spec: MapSpec;
  /** Index of the section that declares it. */
  readonly section: number;
  /** Bytes from the start of that section; a data section's map begins at 0 and is as long as the section. */
  readonly offset: number;
}

/** `maps` and `maps/…`: records of numbers, the style before BTF. */
export function isLegacyMapSection(name: string): boolean {
  return name === "maps" || name.startsWith("maps/");
}

/** `.data`, `.rodata`, `.bss` and their suffixed forms: global variables, kept in a map of one entry. */
export function isDataSection(name: string): boolean {
  return /^\.(?:data|rodata|bss)(?:$|\.)/.test(name);
}
