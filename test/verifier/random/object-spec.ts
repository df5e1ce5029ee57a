import type { ObjectSpec, ProgramSpec, Reference } from "../../../src/spec/index.ts";
import { mapSpecs } from "./random-maps.ts";
import type { RandomProgram } from "./random-program.ts";

const LDDW = 0x18;
const MAP = 1;
const MAP_VALUE = 2;

/** The slots that name maps, as an object file's relocations tell them. */
function references(code: Uint8Array, names: ReadonlyMap<number, string>): Reference[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const found: Reference[] = [];
  for (let at = 0; at + 16 <= code.length; at += 8) {
    if (view.getUint8(at) !== LDDW) continue;
    const source = view.getUint8(at + 1) >> 4;
    const map = names.get(view.getInt32(at + 4, true));
    const slot = at / 8;
    if (map !== undefined && source === MAP) found.push({ slot, kind: "map", map });
    else if (map !== undefined && source === MAP_VALUE) {
      found.push({ slot, kind: "map-value", map, offset: view.getInt32(at + 12, true) });
    }
    at += 8;
  }
  return found;
}

/** What a reader would make of an object file that holds a random program and its maps. */
export function objectSpec({ shape, code }: RandomProgram): ObjectSpec {
  const maps = mapSpecs(shape.platform);
  const names = new Map(maps.map(({ descriptor, name }) => [descriptor, name]));
  const { section, type } = shape;
  const program: ProgramSpec = {
    name: "f",
    section,
    sectionIndex: 1,
    type,
    code,
    references: references(code, names),
    functions: [{ name: "f", start: 0, end: code.length / 8, section, sectionOffset: 0 }],
    lines: [],
  };
  const { platform } = shape;
  return { platform, programs: [program], subprograms: [], maps, globals: [], btf: undefined, license: undefined };
}
