import type { GlobalSpec } from "../spec/index.ts";
import type { TypeGraph } from "./btf/type-graph.ts";
import { type Container, SectionType } from "./container.ts";
import type { MapIndex } from "./maps/map-index.ts";
import { isDataSection } from "./maps/map-section.ts";

/** Names the variables of the data sections, as far as BTF describes them. */
export function readGlobals(container: Container, types: TypeGraph | undefined, maps: MapIndex): readonly GlobalSpec[] {
  if (types === undefined) return [];
  const places = new Map<string, number>();
  for (const { name, section, value } of container.symbols) {
    if (name !== "" && section !== 0) places.set(`${section} ${name}`, value);
  }
  const sections = new Map<string, number>();
  types.spec.types.forEach((type, id) => {
    if (type.kind === "datasec" && isDataSection(type.name) && !sections.has(type.name)) sections.set(type.name, id);
  });
  return container.sections.flatMap((section) => {
    const id = sections.get(section.name);
    const map = maps.dataSectionAt(section.index);
    if (id === undefined || map === undefined || section.type === SectionType.NULL) return [];
    return types.expect(id, "datasec", section.name).variables.flatMap(({ type, offset, size }) => {
      const variable = types.type(type);
      if (variable.kind !== "var") return [];
      const place = places.get(`${section.index} ${variable.name}`) ?? offset;
      if (place + size > section.size) return types.fail(`A variable behind the end of ${section.name}`, id);
      return [{ name: variable.name, map: map.spec.name, offset: place, size, type: variable.type }];
    });
  });
}
