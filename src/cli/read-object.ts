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

/**
 * Reads and parses an object file; for Windows where a command gives no choice. Throws a `Failure` with exit code 2 that
 * names file, section and offset, and says so where Linux would take what Windows refuses.
 */
export async function readObject(path: string, platform?: Platform): Promise<ObjectSpec> {
  const bytes = await readBytes(path);
  try {
    return parse(bytes, { path, platform: platform ?? "windows" });
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    const linux = platform === "windows" && isReadable(bytes, path, "linux");
    throw new Failure(
      error,
      path,
      ExitCode.USAGE,
      linux ? "It can be read as made for Linux: --platform linux" : error.hint,
    );
  }
}

function isReadable(bytes: Uint8Array, path: string, platform: Platform): boolean {
  try {
    parse(bytes, { path, platform });
    return true;
  } catch (error) {
    if (error instanceof EbpfError) return false;
    throw error;
  }
}
