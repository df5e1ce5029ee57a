import type { JsonValue } from "../codec/index.ts";
import { disassemble, type HelperPrototype, type ListingLine } from "../isa/index.ts";
import { generalHelpers, specificHelpers } from "../platform/index.ts";
import { printable } from "../printable.ts";
import type { Platform, ProgramSpec } from "../spec/index.ts";

/** One program as a listing of its instructions, with source lines in between where they were asked for. */
export interface Listing {
  readonly program: ProgramSpec;
  readonly lines: readonly ListingLine[];
}

/** Windows' helpers by number, as programs of this type see them. Linux numbers helpers differently: none are named. */
const helpersFor = (program: ProgramSpec, platform: Platform): ReadonlyMap<number, HelperPrototype> =>
  platform === "windows"
    ? new Map([...generalHelpers, ...(specificHelpers[program.type] ?? [])].map((helper) => [helper.id, helper]))
    : new Map();

/** Disassembles a program. Maps are shown by number, as netsh shows them. */
export function list(program: ProgramSpec, platform: Platform, source: boolean): Listing {
  const lines = disassemble(program.code, {
    helpers: helpersFor(program, platform),
    ...(source ? { lines: program.lines } : {}),
  });
  return { program, lines };
}

const NUMBER_WIDTH = 8;

const lineText = (line: ListingLine): string => {
  if (line.kind === "source")
    return `; ${printable(line.file)}:${line.line}\n; ${printable(line.text.replaceAll("\t", "    "))}\n`;
  return `${String(line.number).padStart(NUMBER_WIDTH)}:\t${printable(line.text)}\n`;
};

/**
 * Listings in the form of `netsh ebpf show disassembly`, whatever could deceive a reader escaped. Where there are
 * several, each is under a comment that names its program.
 */
export function listingText(listings: readonly Listing[]): string {
  return listings
    .map(({ program, lines }) => {
      const title =
        listings.length === 1 ? "" : `; program ${printable(program.name)}, section ${printable(program.section)}\n`;
      return title + lines.map(lineText).join("");
    })
    .join("\n");
}

/**
 * Listings as data: `slot` counts 8-byte slots, `number` is what the text form prints before the instruction, `map` the
 * name of the map that it refers to.
 */
export function listingJson(file: string, listings: readonly Listing[]): JsonValue {
  return { file, programs: listings.map(programJson) };
}

function programJson({ program, lines }: Listing): JsonValue {
  const maps = new Map<number, string>();
  for (const reference of program.references) {
    if (reference.kind === "map" || reference.kind === "map-value") maps.set(reference.slot, reference.map);
  }
  return {
    name: program.name,
    section: program.section,
    type: program.type,
    lines: lines.map((line) => {
      const map = line.kind === "source" ? undefined : maps.get(line.slot);
      return map === undefined ? { ...line } : { ...line, map };
    }),
  };
}
