import { CodecError } from "./codec-error.ts";

/** Refuses to touch `size` bytes at `offset` where `bytes` does not hold them. */
export function checkBounds(bytes: Uint8Array, offset: number, size: number, name: string): void {
  if (offset >= 0 && offset + size <= bytes.length) return;
  throw new CodecError(`${name} takes ${size} bytes at offset ${offset}, but there are ${bytes.length} bytes`);
}
