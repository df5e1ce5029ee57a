import { btfTypeName, type JsonValue, jsonValue } from "../codec/index.ts";
import { type MapSpec, type ObjectSpec, SLOT_BYTES } from "../spec/index.ts";
import { globalValue } from "./global-value.ts";
import { mapTypeName } from "./map-type-name.ts";

const mapJson = (map: MapSpec, spec: ObjectSpec): JsonValue => {
  const typeName = (id: number | undefined): string | null =>
    id === undefined || spec.btf === undefined ? null : btfTypeName(spec.btf, id);
  return {
    name: map.name,
    type: mapTypeName(map, spec.platform),
    typeNumber: map.type,
    keySize: map.keySize,
    valueSize: map.valueSize,
    maxEntries: map.maxEntries,
    keyType: typeName(map.keyType),
    valueType: typeName(map.valueType),
    pinByName: map.pinByName,
    section: map.section,
    inner: map.inner === undefined ? null : mapJson(map.inner, spec),
  };
};

/** What an object file holds, for programs: the names as the file has them, sizes in bytes, values as `jsonValue`. */
export function objectJson(file: string, spec: ObjectSpec): JsonValue {
  return {
    file,
    platform: spec.platform,
    license: spec.license ?? null,
    programs: spec.programs.map((program) => ({
      section: program.section,
      name: program.name,
      type: program.type,
      instructions: program.code.length / SLOT_BYTES,
      bytes: program.code.length,
      functions: program.functions.map(({ name, start, end }) => ({ name, start, end })),
    })),
    maps: spec.maps.map((map) => mapJson(map, spec)),
    globals: spec.globals.map((global) => ({
      name: global.name,
      type: spec.btf === undefined ? null : btfTypeName(spec.btf, global.type),
      size: global.size,
      value: jsonValue(globalValue(spec, global)),
      map: global.map,
      offset: global.offset,
    })),
    faults: (spec.faults ?? []).map(({ message, verdict, section, offset }) => ({ message, verdict, section, offset })),
  };
}
