import type { MapSpec, ObjectFault, Platform } from "../../spec/index.ts";
import type { TypeGraph } from "../btf/type-graph.ts";
import type { CodeSection } from "../code/functions.ts";
import type { Container } from "../container.ts";
import type { readRelocations } from "../relocations.ts";
import { quote } from "../span.ts";
import { dataSectionTypes, readBtfMaps } from "./btf-maps.ts";
import { readDataSections } from "./data-sections.ts";
import { readInitialEntries } from "./initial-entries.ts";
import { readLegacyMaps } from "./legacy-maps.ts";
import { MapIndex } from "./map-index.ts";
import type { DeclaredMap } from "./map-section.ts";

export interface ObjectMaps {
  readonly maps: readonly MapSpec[];
  readonly index: MapIndex;
  readonly faults: readonly ObjectFault[];
}

/** Reads every map: `.maps` if there is one, or else the legacy sections; then those that hold global variables. */
export function readMaps(
  container: Container,
  types: TypeGraph | undefined,
  relocations: ReturnType<typeof readRelocations>,
  code: readonly CodeSection[],
  platform: Platform,
  path: string | undefined,
): ObjectMaps {
  const { declared, count, faults } = readDeclared(container, types, relocations, code, platform);
  const dataSections = readDataSections(container, platform, path, count);
  const maps = [...declared, ...dataSections].map((map) => map.spec);
  const names = new Set<string>();
  for (const { section, offset, spec } of [...declared, ...dataSections]) {
    if (names.has(spec.name))
      container.sections[section]?.data.fail(`A second map of name ${quote(spec.name)}`, offset);
    names.add(spec.name);
  }
  return { maps, index: new MapIndex(declared, dataSections), faults };
}

/** The maps that the file declares, and how many descriptors PREVAIL has made by then. */
function readDeclared(
  container: Container,
  types: TypeGraph | undefined,
  relocations: ReturnType<typeof readRelocations>,
  code: readonly CodeSection[],
  platform: Platform,
): Pick<ObjectMaps, "faults"> & { readonly declared: readonly DeclaredMap[]; readonly count: number } {
  const section = container.section(".maps");
  if (section !== undefined) {
    if (types === undefined) return section.data.fail("Maps in .maps need .BTF to describe them", 0);
    const { maps, faults } = readBtfMaps(container, types, platform);
    const declared = readInitialEntries(maps, relocations(section), container, code);
    const anonymous = new Set<MapSpec>();
    for (const { spec } of declared) {
      for (let inner = spec.inner; inner !== undefined; inner = inner.inner) {
        if (inner.name.startsWith("__anonymous_map_")) anonymous.add(inner);
      }
    }
    return { declared, faults, count: declared.length + anonymous.size + dataSectionTypes(types).length };
  }
  const { declared, records } = readLegacyMaps(container, platform);
  const extra = records === 0 && types !== undefined ? dataSectionTypes(types).length : 0;
  return { declared, faults: [], count: records + extra };
}
