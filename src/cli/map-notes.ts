import { mapTypes } from "../platform/index.ts";
import { printable } from "../printable.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";

const NUMBERS =
  "Windows and Linux number map types differently from 4 on: compile with the headers for Windows (winbpf headers)";

function noteOn({ name, type, readOnly }: MapSpec): string {
  const isDataSection = readOnly !== undefined;
  if (isDataSection || mapTypes[type] !== undefined) return "";
  const meant = mapTypes.find(({ linuxNumber }) => linuxNumber === type);
  const numbers =
    meant === undefined
      ? NUMBERS
      : `${type} is Linux' number of ${meant.name}, Windows' is ${meant.number}. ${NUMBERS}`;
  return (
    `note: the object does not load, even if its programs pass: map ${printable(name)} has the type ${type}, which Windows ` +
    `does not have\n  help: ${numbers}\n`
  );
}

/** What the verifier does not look at, and a load fails for: maps of types that Windows does not have. */
export function mapNotes({ platform, maps }: ObjectSpec): string {
  const notes = platform === "windows" ? maps.map(noteOn).join("") : "";
  return notes === "" ? "" : `\n${notes}`;
}
