import { parse } from "../elf/index.ts";
import { EbpfError } from "../errors.ts";
import type { ObjectSpec, Platform } from "../spec/index.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { readBytes } from "./read-file.ts";

/** What files are that people take for objects, by how their names end. */
const MISTAKEN: readonly (readonly [RegExp, string])[] = [
  [
    /\.(c|cc|cpp|h)$/i,
    'A source is compiled first: clang -target bpf -O2 -g -I "$(winbpf headers)" -c prog.c -o prog.o',
  ],
  [/\.(sys|dll|exe)$/i, "An image has no byte code any more: name the object that it was made from"],
  [/\.pcap(ng)?$/i, "A capture goes with an object: winbpf run prog.o --pcap packets.pcap"],
];

function hintFor(path: string): string | undefined {
  return MISTAKEN.find(([ending]) => ending.test(path))?.[1];
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
      linux ? "It can be read as made for Linux: --platform linux" : (hintFor(path) ?? error.hint),
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
