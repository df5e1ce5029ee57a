import { EbpfResult } from "../platform/index.ts";
import type { KernelObject } from "./objects.ts";

/** Longest path in bytes that the kernel takes (EBPF_MAX_PIN_PATH_LENGTH is 256). */
const LONGEST_PATH = 255;

/** Names for objects that keep them alive: `BPF:\name`. Paths come canonical from the client; the kernel compares bytes. */
export class PinTable {
  readonly #objects = new Map<string, KernelObject>();

  pin(path: string, object: KernelObject): number {
    const length = Buffer.byteLength(path);
    if (length === 0 || length > LONGEST_PATH) return EbpfResult.INVALID_ARGUMENT;
    if (this.#objects.has(path)) return EbpfResult.OBJECT_ALREADY_EXISTS;
    this.#objects.set(path, object.acquireUser());
    object.pinnedPaths++;
    return EbpfResult.SUCCESS;
  }

  unpin(path: string): number {
    const object = this.#objects.get(path);
    if (object === undefined) return EbpfResult.KEY_NOT_FOUND;
    this.#objects.delete(path);
    object.pinnedPaths--;
    object.releaseUser();
    return EbpfResult.SUCCESS;
  }

  get(path: string): KernelObject | undefined {
    return this.#objects.get(path);
  }

  /** The first pin after `start` in byte order, of `kind` where given. */
  next(start: string, kind?: KernelObject["kind"]): { path: string; object: KernelObject } | undefined {
    let found: { path: string; object: KernelObject } | undefined;
    for (const [path, object] of this.#objects) {
      if (kind !== undefined && object.kind !== kind) continue;
      if (compareBytes(path, start) > 0 && (found === undefined || compareBytes(path, found.path) < 0)) {
        found = { path, object };
      }
    }
    return found;
  }
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
