import { linuxMapFamily, MapType } from "../../platform/index.ts";
import type { MapSpec, Platform } from "../../spec/index.ts";
import type { Container, ElfSymbol, Section } from "../container.ts";
import { quote, type Span } from "../span.ts";
import { type DeclaredMap, isLegacyMapSection } from "./map-section.ts";

/** Where a legacy record has what, in bytes; absent fields count as 0 (ebpf-for-windows' ebpf_map_definition_in_file_t). */
interface RecordLayout {
  readonly bytes: number;
  readonly flags: number | undefined;
  readonly innerIndex: number;
  readonly pinning: number | undefined;
  readonly id: number | undefined;
  readonly innerId: number | undefined;
  readonly mapsOfMaps: readonly number[];
}

const layouts: Readonly<Record<Platform, RecordLayout>> = {
  windows: {
    bytes: 32,
    flags: undefined,
    innerIndex: 16,
    pinning: 20,
    id: 24,
    innerId: 28,
    mapsOfMaps: [MapType.HASH_OF_MAPS, MapType.ARRAY_OF_MAPS],
  },
  // samples/bpf's bpf_load.h: flags, inner map index, NUMA node follow the four sizes.
  linux: {
    bytes: 28,
    flags: 16,
    innerIndex: 20,
    pinning: undefined,
    id: undefined,
    innerId: undefined,
    mapsOfMaps: [12, 13],
  },
};

interface LegacyRecord {
  readonly section: Section;
  readonly offset: number;
  readonly spec: Omit<MapSpec, "name" | "inner">;
  readonly innerIndex: number;
  readonly id: number;
  readonly innerId: number;
}

export interface LegacyMaps {
  /** In the order of their records; those without a symbol cannot be named and are left out. */
  readonly declared: readonly DeclaredMap[];
  /** Records altogether, with and without a symbol. */
  readonly records: number;
}

/** Reads the `maps` sections: a record for each map, named by the symbol that begins there. */
export function readLegacyMaps(container: Container, platform: Platform): LegacyMaps {
  const layout = layouts[platform];
  const symbols = new Map<number, ElfSymbol[]>();
  for (const symbol of container.symbols) {
    const section = container.sections[symbol.section];
    if (section === undefined || symbol.name === "" || !isLegacyMapSection(section.name)) continue;
    const list = symbols.get(section.index);
    if (list === undefined) symbols.set(section.index, [symbol]);
    else list.push(symbol);
  }

  const records: LegacyRecord[] = [];
  const families = new Map<string, number>();
  const bySymbol = new Map<ElfSymbol, LegacyRecord>();
  for (const [index, named] of symbols) {
    const section = container.sections[index];
    if (section === undefined) continue;
    const size = recordSize(section, named, layout, container.file);
    const first = records.length;
    for (let offset = 0; offset + size <= section.data.length; offset += size) {
      records.push(readRecord(section, offset, size, layout, platform, families, records.length));
    }
    for (const symbol of named) {
      const record = symbol.value % size === 0 ? records[first + symbol.value / size] : undefined;
      if (record === undefined) {
        return section.data.fail(`Map ${quote(symbol.name)} does not begin at a record of ${size} bytes`, symbol.value);
      }
      bySymbol.set(symbol, record);
    }
  }

  const names = new Map<LegacyRecord, string>();
  for (const [symbol, record] of bySymbol) names.set(record, symbol.name);
  const byId = new Map<number, LegacyRecord>();
  for (const record of records) if (!byId.has(record.id)) byId.set(record.id, record);

  const innerOf = (record: LegacyRecord): LegacyRecord | undefined => {
    if (!layout.mapsOfMaps.includes(record.spec.type)) return undefined;
    const inner = record.innerId === 0 ? records[record.innerIndex] : byId.get(record.innerId);
    if (inner === undefined) {
      const wanted = record.innerId === 0 ? `index ${record.innerIndex}` : `id ${record.innerId}`;
      return record.section.data.fail(`There is no map of ${wanted} for the inner map`, record.offset);
    }
    return inner;
  };
  const build = (record: LegacyRecord): MapSpec => ({ name: names.get(record) ?? "", ...record.spec });
  const declared = records
    .filter((record) => names.has(record))
    .map((record) => {
      const inner = innerOf(record);
      const innermost = inner === undefined ? undefined : innerOf(inner);
      if (innermost !== undefined && innerOf(innermost) !== undefined) {
        record.section.data.fail("Maps of maps nest too deeply", record.offset);
      }
      const nested =
        inner === undefined
          ? undefined
          : innermost === undefined
            ? build(inner)
            : { ...build(inner), inner: build(innermost) };
      const spec = nested === undefined ? build(record) : { ...build(record), inner: nested };
      return { spec, section: record.section.index, offset: record.offset };
    });
  return { declared, records: records.length };
}

/** PREVAIL's rule: the smallest symbol says how long a record is; a tail is allowed if every symbol's record fits. */
function recordSize(section: Section, named: readonly ElfSymbol[], layout: RecordLayout, file: Span): number {
  const sizes = named.map((symbol) => symbol.size).filter((size) => size > 0);
  const size = sizes.length === 0 ? layout.bytes : sizes.reduce((least, next) => Math.min(least, next));
  if (size < 16 || size % 4 !== 0)
    file.fail(`Map records of ${size} bytes in ${quote(section.name)}`, section.headerOffset);
  if (section.data.length < size) section.data.fail(`Map section shorter than a record of ${size} bytes`, 0);
  return size;
}

function readRecord(
  section: Section,
  offset: number,
  size: number,
  layout: RecordLayout,
  platform: Platform,
  families: Map<string, number>,
  index: number,
): LegacyRecord {
  const field = (at: number | undefined): number =>
    at === undefined || at + 4 > Math.min(size, layout.bytes) ? 0 : section.data.u32(offset + at);
  const pinning = field(layout.pinning);
  if (pinning > 1) section.data.fail(`Map pinning ${pinning}; 0 and 1 exist`, offset + (layout.pinning ?? 0));
  const spec = {
    type: field(0),
    keySize: field(4),
    valueSize: field(8),
    maxEntries: field(12),
    flags: field(layout.flags),
    pinByName: pinning === 1,
    section: section.name,
  };
  const fields = { section, offset, innerIndex: field(layout.innerIndex), id: field(layout.id) };
  const descriptor = platform === "linux" ? twinDescriptor(spec, families, index + 1) : index + 1;
  return { ...fields, innerId: field(layout.innerId), spec: { ...spec, descriptor } };
}

/** PREVAIL's Linux front end gives legacy maps that look alike to the verifier one number. */
function twinDescriptor(
  spec: Pick<MapSpec, "type" | "keySize" | "valueSize" | "maxEntries">,
  families: Map<string, number>,
  fresh: number,
): number {
  const { array, values } = linuxMapFamily(spec.type);
  const family = [values, spec.keySize, spec.valueSize, array ? spec.maxEntries : 0].join(" ");
  const known = families.get(family) ?? fresh;
  families.set(family, known);
  return known;
}
