import { type JsonValue, jsonValue } from "../codec/index.ts";
import type { RunReport } from "./run-report.ts";
import { verdictName } from "./verdict-name.ts";

type JsonObject = { [name: string]: JsonValue };

/** An object without prototype: map names come from strangers. */
const objectOf = (entries: Iterable<readonly [string, JsonValue]>): JsonObject => {
  const object: JsonObject = Object.create(null);
  for (const [name, value] of entries) object[name] = value;
  return object;
};

/**
 * A run as one JSON document: `{ program, section, type, verified, packets, bytes, verdicts, maps, seconds }`. Keys and
 * values of maps are `[key, value]` pairs in the form of `jsonValue`.
 */
export function runJson(report: RunReport): JsonValue {
  const maps = report.maps.map(({ name, type, entries }): readonly [string, JsonValue] => [
    name,
    { type, entries: entries.map(([key, value]) => [jsonValue(key), jsonValue(value)]) },
  ]);
  return {
    program: report.program,
    section: report.section,
    type: report.type,
    verified: report.verified,
    packets: report.packets,
    bytes: report.bytes,
    verdicts: objectOf([...report.verdicts].map(([verdict, count]) => [verdictName(report.type, verdict), count])),
    maps: objectOf(maps),
    seconds: report.seconds,
  };
}
