import { mkdirSync, readdirSync, rmdirSync, statSync, unlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { EbpfError } from "../errors.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";

const ROOT = "/sys/fs/bpf";
const DEVICE = "BPF:\\";
/** What a Linux path becomes as a canonical pin path. */
const SPELLED_OUT = "sys\\fs\\bpf\\";

/** The file of a canonical pin path: `BPF:\a\b` and `BPF:\sys\fs\bpf\a\b` are /sys/fs/bpf/a/b. */
export function pinFile(path: string): string {
  const named = path.startsWith(DEVICE) ? path.slice(DEVICE.length) : path;
  const inside = named.startsWith(SPELLED_OUT) ? named.slice(SPELLED_OUT.length) : named;
  return join(ROOT, ...inside.split("\\"));
}

/**
 * Makes the folders of a pin's file, below the root one by one: where a file system makes no folders and says ENOENT, as
 * sysfs does, Node's recursive mkdir goes round for ever.
 */
export function makeFolders(file: string, root = ROOT): void {
  let folder = root;
  for (const name of relative(root, dirname(file)).split("/")) {
    if (name === "") continue;
    folder = join(folder, name);
    try {
      mkdirSync(folder);
    } catch (cause) {
      if (codeOf(cause) !== "EEXIST") throw deniedError(folder, cause);
    }
  }
}

/** Removes a pin, and the folders that it leaves empty. Throws `EBPF_NOT_FOUND` where there is none. */
export function removePin(file: string): void {
  try {
    unlinkSync(file);
  } catch (cause) {
    throw pinError(file, cause);
  }
  for (let folder = dirname(file); folder !== ROOT && folder.startsWith(`${ROOT}/`); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      // Not empty, or not ours: it stays.
      return;
    }
  }
}

/** Canonical paths of all pins, in the order of bytes. */
export function pinPaths(): string[] {
  const paths: string[] = [];
  const walk = (folder: string, prefix: string) => {
    for (const entry of entriesOf(folder)) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) walk(join(folder, entry.name), `${path}\\`);
      else paths.push(path);
    }
  };
  walk(ROOT, DEVICE);
  return paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // It went away meanwhile, or is not for us.
    return [];
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function pinError(file: string, cause: unknown): EbpfError {
  const code = codeOf(cause);
  if (code === "EISDIR" || (code === "EPERM" && isFolder(file))) {
    return new EbpfError("EBPF_INVALID_ARGUMENT", `${file} is a folder of pins, not a pin`, {
      cause,
      hint: "Take its pins away one by one, `winbpf show pins` lists them: a folder goes with its last pin.",
      native: { result: EbpfResult.INVALID_ARGUMENT, errno: errnoNumbers.EINVAL },
    });
  }
  if (code !== "ENOENT" && code !== "ENOTDIR") return deniedError(file, cause);
  return new EbpfError("EBPF_NOT_FOUND", `Nothing is pinned to ${file}`, {
    cause,
    hint: "`runtime.pins()` and `winbpf show pins` list what is pinned, as far as a bpf file system is at /sys/fs/bpf.",
    native: { result: EbpfResult.KEY_NOT_FOUND, errno: errnoNumbers.ENOENT },
  });
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

function deniedError(file: string, cause: unknown): EbpfError {
  return new EbpfError("EBPF_ACCESS_DENIED", `${file} cannot be changed`, {
    cause,
    hint: "Pins need a bpf file system, `mount -t bpf bpf /sys/fs/bpf`, and the right to write to it.",
    native: { result: EbpfResult.ACCESS_DENIED, errno: errnoNumbers.EPERM },
  });
}
