import { EbpfError } from "../errors.ts";
import type { ObjectSpec, Platform } from "../spec/index.ts";
import {
  netshText,
  type Report,
  type ReportLevel,
  reportJson,
  reportText,
  type VerifyOptions,
} from "../verifier/index.ts";
import { programsNamed } from "./choose-program.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { mapNotes } from "./map-notes.ts";
import { readObject } from "./read-object.ts";
import { reportsOn } from "./verify-first.ts";

async function reports(file: string, spec: ObjectSpec, options: VerifyOptions): Promise<readonly Report[]> {
  try {
    return await reportsOn(spec, options);
  } catch (error) {
    // A program type that there is not.
    if (error instanceof EbpfError) throw new Failure(error, file, ExitCode.USAGE);
    throw error;
  }
}

function textOf(all: readonly Report[], level: ReportLevel): string {
  const refused = all.filter(({ verdict }) => verdict === "fail").length;
  const total =
    all.length < 2 ? "" : `\n${refused === 0 ? "all" : all.length - refused} of ${all.length} programs pass\n`;
  return all.map((report) => reportText(report, level)).join("\n") + total;
}

/** What to verify of an object file, and how to print it. */
export interface Wanted {
  readonly platform: Platform;
  /** Name or section of programs; all if absent. */
  readonly name: string | undefined;
  readonly options: VerifyOptions;
  readonly form: "text" | "json" | "netsh";
  readonly level: ReportLevel;
}

/** Prints the reports on programs. Whether all of them pass. */
export async function verifyObject(
  file: string,
  { platform, name, options, form, level }: Wanted,
  io: Io,
): Promise<boolean> {
  const spec = await readObject(file, platform);
  if (spec.programs.length === 0) {
    const nothing = new EbpfError("EBPF_INVALID_OBJECT", "There are no programs in this object, only maps");
    throw new Failure(nothing, file, ExitCode.USAGE);
  }
  const programs = name === undefined ? spec.programs : programsNamed(spec.programs, name);
  const all = await reports(file, { ...spec, programs }, options);
  if (form === "json") {
    const entries = all.map((report) => reportJson(file, report));
    io.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
  } else if (form === "netsh") {
    // Windows lists a file's programs from the last to the first.
    for (const report of [...all].reverse()) io.stdout.write(netshText(report));
  } else {
    io.stdout.write(textOf(all, level) + mapNotes(spec));
  }
  return all.every(({ verdict }) => verdict === "pass");
}
