import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { getSystemErrorMap } from "node:util";
import { EbpfError } from "../errors.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";

/** What the operating system said, in its words: `no such file or directory`. */
function systemMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const errno = "errno" in error && typeof error.errno === "number" ? error.errno : undefined;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? error.message;
}

/** A `Failure` with exit code 2 for a file that the system does not let us read or write. */
export function fileFailure(path: string, verb: "read" | "written", cause: unknown): Failure {
  const error = new EbpfError("EBPF_UNREADABLE", `cannot be ${verb}: ${systemMessage(cause)}`, { cause });
  return new Failure(error, path, ExitCode.USAGE);
}

/** The content of a file (or a pipe). Throws a `Failure` with exit code 2. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const stat = statSync(path);
    // A device may never end.
    if (!stat.isFile() && !stat.isFIFO()) throw new Error(stat.isDirectory() ? "it is a directory" : "it is no file");
    // At once where nothing can be waited for: to ask a thread for so little takes longer than reading it.
    const content = stat.isFile() ? readFileSync(path) : await readFile(path);
    // Not as a Buffer: cutting pieces out of one takes twice as long.
    return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  } catch (error) {
    throw fileFailure(path, "read", error);
  }
}
