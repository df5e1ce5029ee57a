import { mapTypes } from "../platform/index.ts";
import type { MapSpec, Platform } from "../spec/index.ts";

/** The name of a map's type in the numbers of the object's platform; the number itself where it has none. */
export function mapTypeName(map: MapSpec, platform: Platform): string {
  const row =
    platform === "windows" ? mapTypes[map.type] : mapTypes.find(({ linuxNumber }) => linuxNumber === map.type);
  return row?.name ?? String(map.type);
}
