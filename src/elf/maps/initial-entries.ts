import type { InitialEntry } from "../../spec/index.ts";
import type { CodeSection } from "../code/functions.ts";
import type { Container } from "../container.ts";
import { type Relocation, RelocationType } from "../relocations.ts";
import { quote } from "../span.ts";
import type { BtfMap } from "./btf-maps.ts";
import type { DeclaredMap } from "./map-section.ts";

const POINTER_BYTES = 8;

/** Adds the static initial entries: relocations of `.maps` whose place lies in a map's `values`. */
export function readInitialEntries(
  maps: readonly BtfMap[],
  relocations: readonly Relocation[],
  container: Container,
  code: readonly CodeSection[],
): readonly DeclaredMap[] {
  const ordered = [...maps].sort((a, b) => a.offset - b.offset);
  const byPlace = new Map(maps.map((map) => [map.offset, map]));
  const codeSections = new Map(code.map((section) => [section.slots.section.index, section]));
  const entries = new Map<BtfMap, Map<number, InitialEntry>>();
  for (const { offset, type, symbol, addend, entry } of relocations) {
    const map = covering(ordered, offset);
    const fail = (message: string): never => entry.section.data.fail(message, entry.offset);
    // Compilers before clang 13 wrote the type that they use in code.
    if (type !== RelocationType.ABS64 && type !== RelocationType.R64_64) fail(`Relocation of type ${type} in .maps`);
    if (map === undefined) return fail(`Relocation at ${offset} of .maps, where no map is`);
    const place = offset - map.offset - (map.valuesOffset ?? Number.NaN);
    if (!(place >= 0) || place % POINTER_BYTES !== 0)
      return fail(`Map ${quote(map.spec.name)}: an initial value outside "values"`);
    const index = place / POINTER_BYTES;
    const distance = addend ?? container.sections[map.section]?.data.u32(offset) ?? 0;
    const inner = symbol.section === map.section ? byPlace.get(symbol.value + distance) : undefined;
    const program = codeSections.get(symbol.section)?.functionAt((symbol.value + distance) / 8);
    const name = inner?.spec.name ?? program?.name;
    if (name === undefined)
      return fail(`Map ${quote(map.spec.name)}: initial value ${index} is neither map nor program`);
    const known = entries.get(map) ?? new Map<number, InitialEntry>();
    known.set(index, { index, kind: inner === undefined ? "program" : "map", name });
    entries.set(map, known);
  }
  return maps.map((map) => {
    const list = entries.get(map);
    if (list === undefined) return map;
    return { ...map, spec: { ...map.spec, entries: [...list.values()].sort((a, b) => a.index - b.index) } };
  });
}

/** The map whose bytes hold `offset`, of maps in ascending order. */
function covering(maps: readonly BtfMap[], offset: number): BtfMap | undefined {
  let [low, high] = [0, maps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((maps[middle]?.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return maps[low - 1];
}
