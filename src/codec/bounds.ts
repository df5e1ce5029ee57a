import { CodecError } from "./codec-error.ts";
import { describe } from "./describe.ts";

/** Refuses to touch `size` bytes at `offset` where `bytes` does not hold them. */
export function checkBounds(bytes: Uint8Array, offset: number, size: number, name: string): void {
  if (typeof offset === "number" && offset >= 0 && offset + size <= bytes?.length) return;
  if (!(bytes instanceof Uint8Array)) throw new CodecError(`${name} lies in a Uint8Array, not in ${describe(bytes)}`);
  const at = typeof offset === "number" ? String(offset) : describe(offset);
  throw new CodecError(`${name} takes ${size} bytes at offset ${at}, but there are ${bytes.length} bytes`);
}
