import { parse } from "../elf/index.ts";
import { EbpfError } from "../errors.ts";
import type { ObjectSpec, Platform } from "../spec/index.ts";
import type { Arguments, OptionRow } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure, UsageError } from "./failure.ts";
import { readBytes } from "./read-file.ts";

/** The option of commands that can read objects for Linux as well. */
export const platformOption: OptionRow = {
  name: "platform",
  value: "SYSTEM",
  help: "windows or linux: whose names and numbers the object uses (default windows)",
};

/** The value of `platformOption`. */
export function platformOf(args: Arguments): Platform {
  const platform = args.value("platform") ?? "windows";
  if (platform === "windows" || platform === "linux") return platform;
  throw new UsageError(`--platform takes windows or linux, not ${platform}`);
}

/** Reads and parses an object file. Throws a `Failure` with exit code 2 that names file, section and offset. */
export async function readObject(path: string, platform: Platform = "windows"): Promise<ObjectSpec> {
  const bytes = await readBytes(path);
  try {
    return parse(bytes, { path, platform });
  } catch (error) {
    if (error instanceof EbpfError) throw new Failure(error, path, ExitCode.USAGE);
    throw error;
  }
}
