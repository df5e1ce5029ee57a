import type { BtfMember, MapSpec, ObjectFault, Platform } from "../../spec/index.ts";
import type { TypeGraph } from "../btf/type-graph.ts";
import type { Container, Section } from "../container.ts";
import { MAX_INNER_MAPS } from "../limits.ts";
import { quote } from "../span.ts";
import type { DeclaredMap } from "./map-section.ts";

const HANDLE_BYTES = 4;
const PINNED_BY_NAME = 1;

/** A map of `.maps`, with what its static initial values need. */
export interface BtfMap extends DeclaredMap {
  /** Bytes from the start of the map to its `values` array. */
  readonly valuesOffset: number | undefined;
  readonly bytes: number;
}

/** A map struct's members, decoded; inner maps are still type ids. */
interface Definition {
  readonly typeId: number;
  readonly members: ReadonlyMap<string, BtfMember>;
  readonly innerType: number | undefined;
}

export interface BtfMaps {
  readonly maps: readonly BtfMap[];
  readonly faults: readonly ObjectFault[];
}

/** Reads the maps that BTF describes: one variable of a struct type in `.maps` for each, in the order of their symbols. */
export function readBtfMaps(container: Container, types: TypeGraph, platform: Platform): BtfMaps {
  const section = container.section(".maps");
  const dataSection = types.find("datasec", ".maps");
  if (section === undefined || dataSection === undefined) return { maps: [], faults: [] };

  const places = new Map<string, { readonly offset: number; readonly order: number }>();
  container.symbols.forEach((symbol, order) => {
    if (symbol.section !== section.index || symbol.name === "" || places.has(symbol.name)) return;
    places.set(symbol.name, { offset: symbol.value, order });
  });

  const definitions = new Definitions(types);
  const named: { name: string; definition: Definition; offset: number; order: number; bytes: number }[] = [];
  for (const { type, offset, size } of types.expect(dataSection, "datasec", "Section .maps").variables) {
    const variable = types.expect(type, "var", "A map");
    const place = places.get(variable.name) ?? { offset, order: Number.POSITIVE_INFINITY };
    const definition = definitions.read(variable.type, variable.name);
    named.push({ name: variable.name, definition, ...place, bytes: Math.max(size, types.sizeOf(variable.type)) });
  }
  named.sort((a, b) => (a.order === b.order ? 0 : a.order - b.order));

  const build = mapBuilder(
    types,
    definitions,
    platform,
    section,
    named.map(({ name, definition }) => ({ name, definition })),
  );
  const maps = named.map(({ name, definition, offset, bytes }) => {
    const values = definition.members.get("values");
    const valuesOffset = values === undefined ? undefined : values.bitOffset / 8;
    return { spec: build(definition, name, 0), section: section.index, offset, valuesOffset, bytes };
  });
  const verdict =
    legacyVerdict(container, section) ?? "Unsupported or invalid BTF map metadata: invalid type for values";
  const faults = definitions.unbounded.map(({ name, type }) => ({
    message: `What is inside map ${quote(name)} does not say how many entries it has`,
    verdict,
    section: ".BTF",
    offset: types.offsetOf(type),
  }));
  return { maps, faults };
}

/**
 * PREVAIL reads a `.maps` that it cannot make sense of as records of the style before BTF, of the smallest symbol's size,
 * and complains of the first symbol that does not begin at one.
 */
function legacyVerdict({ symbols }: Container, { index, data }: Section): string | undefined {
  const named = symbols.filter(({ section, name }) => section === index && name !== "");
  const sizes = named.map(({ size }) => size).filter((size) => size > 0);
  const record = sizes.reduce((least, next) => Math.min(least, next), Number.POSITIVE_INFINITY);
  const astray = named.find(({ value }) => value % record !== 0 || value >= data.length);
  if (astray === undefined) return undefined;
  return `Legacy map symbol '${astray.name}' has invalid offset: not aligned to ${record}-byte boundary or out of section bounds`;
}

/** Reads definitions, each type's once: many maps may share one. */
class Definitions {
  /** Maps whose inner maps say nothing of entries: libbpf takes them, and programs fill them in; PREVAIL does not. */
  readonly unbounded: { readonly name: string; readonly type: number }[] = [];
  readonly #types: TypeGraph;
  readonly #known = new Map<number, Definition>();
  readonly #mapStructs = new Map<number, boolean>();

  constructor(types: TypeGraph) {
    this.#types = types;
  }

  /** `name` is the map's, for refusals. */
  read(id: number, name: string): Definition {
    const typeId = this.#types.strip(id);
    const known = this.#known.get(typeId);
    if (known !== undefined) return known;
    const struct = this.#types.expect(typeId, "struct", `Map ${quote(name)}`);
    const members = new Map<string, BtfMember>();
    for (const member of struct.members) members.set(member.name, member);
    if (!members.has("type")) this.#types.fail(`Map ${quote(name)} has no type`, typeId);
    const definition = { typeId, members, innerType: this.#innerType(members.get("values"), name) };
    this.#known.set(typeId, definition);
    return definition;
  }

  /** `__array(values, T)` is an array of pointers, to map structs or, in program arrays, to functions. */
  #innerType(values: BtfMember | undefined, name: string): number | undefined {
    if (values === undefined) return undefined;
    const types = this.#types;
    const array = types.expect(values.type, "array", `"values" of map ${quote(name)}`);
    const pointer = types.expect(array.type, "ptr", `An element of "values" of map ${quote(name)}`);
    const target = types.strip(pointer.type);
    if (types.type(target).kind === "func_proto") return undefined;
    if (this.#isMapStruct(target)) return target;
    const type = types.type(target);
    if (type.kind === "struct" && type.members.some((member) => member.name === "type")) {
      this.unbounded.push({ name, type: target });
      return target;
    }
    return types.fail(`"values" of map ${quote(name)} are neither maps nor programs`, target);
  }

  #isMapStruct(id: number): boolean {
    const known = this.#mapStructs.get(id);
    if (known !== undefined) return known;
    const type = this.#types.type(id);
    const names = new Set(type.kind === "struct" ? type.members.map((member) => member.name) : []);
    const answer = names.has("type") && names.has("max_entries");
    this.#mapStructs.set(id, answer);
    return answer;
  }
}

/** Makes specs of definitions; what is found through a type id is made once. */
function mapBuilder(
  types: TypeGraph,
  source: Definitions,
  platform: Platform,
  section: Section,
  named: readonly { readonly name: string; readonly definition: Definition }[],
): (definition: Definition, name: string, depth: number) => MapSpec {
  const definitions = new Map<number, { readonly name: string; readonly definition: Definition }>();
  for (const entry of named)
    if (!definitions.has(entry.definition.typeId)) definitions.set(entry.definition.typeId, entry);

  // Inner maps without a name of their own, in two rounds: their own inner maps may be nameless too.
  const anonymous = new Map<number, Definition>();
  let outer = named.map((entry) => entry.definition);
  for (let level = 0; level < MAX_INNER_MAPS; level++) {
    const found: Definition[] = [];
    for (const { innerType } of outer) {
      if (innerType === undefined || definitions.has(innerType) || anonymous.has(innerType)) continue;
      const definition = source.read(innerType, "");
      anonymous.set(innerType, definition);
      found.push(definition);
    }
    outer = found;
  }
  [...anonymous.keys()]
    .sort((a, b) => a - b)
    .forEach((typeId, index) => {
      const definition = anonymous.get(typeId);
      if (definition !== undefined) definitions.set(typeId, { name: `__anonymous_map_${index + 1}`, definition });
    });

  const descriptors = descriptorsByType(types, definitions.keys());
  const inner = new Map<number, MapSpec>();
  const build = (definition: Definition, name: string, depth: number): MapSpec => {
    const base = {
      ...readNumbers(types, platform, definition, name),
      descriptor: descriptors.get(definition.typeId) ?? 0,
    };
    const spec = { name, ...base, section: section.name };
    if (definition.innerType === undefined) return spec;
    const entry = definitions.get(definition.innerType);
    if (entry === undefined || depth === MAX_INNER_MAPS) {
      return types.fail(`Map ${quote(name)}: maps of maps nest too deeply`, definition.typeId);
    }
    const known = inner.get(definition.innerType) ?? build(entry.definition, entry.name, depth + 1);
    if (innerLevels(known) >= MAX_INNER_MAPS) {
      types.fail(`Map ${quote(name)}: maps of maps nest too deeply`, definition.typeId);
    }
    inner.set(definition.innerType, known);
    return { ...spec, inner: known };
  };
  return build;
}

/** How many maps lie inside one another in a map. */
function innerLevels(map: MapSpec): number {
  let levels = 0;
  for (let inner = map.inner; inner !== undefined; inner = inner.inner) levels += 1;
  return levels;
}

/** PREVAIL numbers maps by ascending type id, counting the plain data sections among them. */
function descriptorsByType(types: TypeGraph, mapTypes: Iterable<number>): ReadonlyMap<number, number> {
  const ids = new Set([...mapTypes, ...dataSectionTypes(types)]);
  return new Map([...ids].sort((a, b) => a - b).map((id, index) => [id, index + 1]));
}

/** Ids of the data sections that PREVAIL takes for maps. */
export function dataSectionTypes(types: TypeGraph): readonly number[] {
  return [".bss", ".data", ".rodata"].flatMap((name) => {
    const id = types.find("datasec", name);
    return id !== undefined && types.expect(id, "datasec", name).variables.length > 0 ? [id] : [];
  });
}

function readNumbers(
  types: TypeGraph,
  platform: Platform,
  { members, innerType, typeId }: Definition,
  name: string,
): Omit<MapSpec, "name" | "section" | "descriptor"> {
  const number = (member: string): number => {
    const found = members.get(member);
    if (found === undefined) return 0;
    // `__uint(name, N)` declares a pointer to an array of N ints.
    const pointer = types.expect(types.strip(found.type), "ptr", `"${member}" of map ${quote(name)}`);
    return types.expect(types.strip(pointer.type), "array", `"${member}" of map ${quote(name)}`).length;
  };
  const typed = (member: "key" | "value"): { readonly size: number; readonly type: number | undefined } => {
    const found = members.get(member);
    if (found === undefined) return { size: number(`${member}_size`), type: undefined };
    const { type } = types.expect(types.strip(found.type), "ptr", `"${member}" of map ${quote(name)}`);
    const size = types.sizeOf(type);
    if (size === 0 || size > 0xffff_ffff) types.fail(`The ${member} of map ${quote(name)} has no size`, type);
    return { size, type };
  };
  const [key, value] = [typed("key"), typed("value")];
  const pinning = number("pinning");
  // Cilium's Linux objects use numbers of their own for its own loader.
  if (pinning > PINNED_BY_NAME && platform === "windows")
    types.fail(`Map ${quote(name)}: pinning ${pinning}; 0 and 1 exist`, typeId);
  const holdsHandles = members.has("values");
  return {
    type: number("type"),
    keySize: key.size,
    valueSize: holdsHandles ? HANDLE_BYTES : value.size,
    maxEntries: number("max_entries"),
    flags: number("map_flags"),
    pinByName: pinning === PINNED_BY_NAME,
    ...(key.type === undefined ? {} : { keyType: key.type }),
    ...(value.type === undefined || innerType !== undefined ? {} : { valueType: value.type }),
  };
}
