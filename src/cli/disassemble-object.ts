import { list, listingJson, listingText } from "../report/index.ts";
import type { Platform } from "../spec/index.ts";
import { programsNamed } from "./choose-program.ts";
import type { Io } from "./io.ts";
import { readObject } from "./read-object.ts";

/** What to list of an object file, and how. */
export interface Wanted {
  readonly platform: Platform;
  /** Name or section of programs; all if absent. */
  readonly name: string | undefined;
  readonly source: boolean;
  readonly json: boolean;
}

/** Prints the instructions of programs. */
export async function disassembleObject(file: string, { platform, name, source, json }: Wanted, io: Io): Promise<void> {
  const spec = await readObject(file, platform);
  const programs = name === undefined ? spec.programs : programsNamed(spec.programs, name);
  const listings = programs.map((program) => list(program, spec.platform, source));
  io.stdout.write(json ? `${JSON.stringify(listingJson(file, listings), null, 2)}\n` : listingText(listings));
}
