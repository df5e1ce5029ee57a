import { bytes, formatValue } from "../codec/index.ts";
import { EbpfError } from "../errors.ts";
import { globalsIn, type MapContent } from "../report/index.ts";
import type { BpfMap, BpfObject } from "../runtime/index.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";

type Entry = readonly [unknown, unknown];

const isNumber = (key: unknown): key is number | bigint => typeof key === "number" || typeof key === "bigint";

/** Numbers by value, everything else by its text: a hash map's own order says nothing. */
const sorted = (entries: readonly Entry[]): Entry[] => {
  const ranked = entries.map((entry) => ({ entry, rank: isNumber(entry[0]) ? entry[0] : formatValue(entry[0]) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return ranked.map(({ entry }) => entry);
};

const walk = (map: BpfMap): Entry[] => {
  try {
    return [...map];
  } catch (error) {
    // Ring buffers, queues and their like have no keys to walk.
    if (error instanceof EbpfError && error.code === "EBPF_NOT_SUPPORTED") return [];
    throw error;
  }
};

/** The map's entries; of a data section, its variables by name. */
const entriesOf = (map: BpfMap, spec: MapSpec | undefined, object: ObjectSpec): Entry[] => {
  const globals = object.globals.filter((global) => global.map === map.name);
  if (globals.length === 0 || spec?.valueType !== undefined) return walk(map);
  const content = map.as<unknown, Uint8Array>(map.key, bytes(map.info.valueSize));
  return [...content].map(([key, value]) => [key, globalsIn(value, globals, object.btf)]);
};

/** Every map of the object with its entries in the order of their keys. */
export function mapContents(object: BpfObject): MapContent[] {
  const specs = new Map(object.spec.maps.map((spec) => [spec.name, spec]));
  return [...object.maps].map((map) => {
    const spec = specs.get(map.name);
    return {
      name: map.name,
      type: map.type,
      entries: sorted(entriesOf(map, spec, object.spec)),
      keyType: spec?.keyType,
      valueType: spec?.valueType,
    };
  });
}
