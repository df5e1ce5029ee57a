import { encode } from "../../src/isa/index.ts";
import type { Instruction, MapSpec, ObjectSpec, Platform, ProgramSpec } from "../../src/spec/index.ts";

const MAP = { flags: 0, pinByName: false, section: "maps" } as const;

/** Maps of assembled programs: descriptor 1 is a hash of 8 → 32 bytes, 2 an array of 4 → 16 bytes. */
export const MAPS: readonly MapSpec[] = [
  { ...MAP, name: "h", type: 1, keySize: 8, valueSize: 32, maxEntries: 4, descriptor: 1 },
  { ...MAP, name: "m", type: 2, keySize: 4, valueSize: 16, maxEntries: 4, descriptor: 2 },
];

export interface Assembled {
  readonly object: ObjectSpec;
  readonly program: ProgramSpec;
}

/** An object that holds one program, without a file. */
export function programOf(
  code: Uint8Array | readonly Instruction[],
  type = "xdp",
  platform: Platform = "windows",
): Assembled {
  const program: ProgramSpec = {
    name: "f",
    section: type,
    sectionIndex: 1,
    type,
    code: code instanceof Uint8Array ? code : encode(code),
    references: [],
    functions: [],
    lines: [],
  };
  const object: ObjectSpec = {
    platform,
    programs: [program],
    subprograms: [],
    maps: MAPS,
    globals: [],
    btf: undefined,
    license: undefined,
  };
  return { object, program };
}
