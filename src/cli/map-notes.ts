import { unknownMapTypeAdvice } from "../platform/index.ts";
import { printable } from "../printable.ts";
import type { ObjectSpec } from "../spec/index.ts";

/** What the verifier does not look at, and a load fails for: maps of types that Windows does not have. */
export function mapNotes({ platform, maps }: ObjectSpec): string {
  if (platform !== "windows") return "";
  const notes = maps.flatMap(({ name, type, readOnly }) => {
    const advice = readOnly === undefined ? unknownMapTypeAdvice(type) : undefined;
    if (advice === undefined) return [];
    return [
      `note: programs may pass, but the object does not load: map ${printable(name)} has the type ${type}, which Windows does not have\n`,
      `  help: ${advice}\n`,
    ];
  });
  return notes.length === 0 ? "" : `\n${notes.join("")}`;
}
