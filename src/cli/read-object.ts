import { parse } from "../elf/index.ts";
import { EbpfError } from "../errors.ts";
import type { ObjectSpec, Platform } from "../spec/index.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { readBytes } from "./read-file.ts";

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
