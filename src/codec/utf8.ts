import { CodecError } from "./codec-error.ts";
import { describe } from "./describe.ts";

/**
 * The text in `size` bytes that NULs pad to the end (a text that fills them all needs no NUL); undefined where the bytes
 * are not UTF-8 or something follows the first NUL, so that encoding the text always gives the same bytes back.
 */
export function readPadded(bytes: Uint8Array, offset: number, size: number): string | undefined {
  let length = 0;
  let ascii = true;
  for (; length < size; length++) {
    const byte = bytes[offset + length] ?? 0;
    if (byte === 0) break;
    if (byte > 0x7f) ascii = false;
  }
  for (let i = length; i < size; i++) if (bytes[offset + i] !== 0) return undefined;
  if (ascii && length <= 64) {
    let text = "";
    for (let at = offset; at < offset + length; at++) text += String.fromCharCode(bytes[at]);
    return text;
  }
  const content = bytes.subarray(offset, offset + length);
  try {
    // A byte order mark is content here: dropping it would not give the same bytes back.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** Writes `text` as UTF-8, padded with NULs to `size` bytes. */
export function writePadded(text: unknown, bytes: Uint8Array, offset: number, size: number, name: string): void {
  if (typeof text !== "string") throw new CodecError(`${name} takes a string, not ${describe(text)}`);
  if (text.includes("\0")) throw new CodecError(`${describe(text)} holds a NUL, which would end it early`);
  if (/\p{Surrogate}/u.test(text))
    throw new CodecError(`${describe(text)} holds half a surrogate pair, which has no UTF-8`);
  const content = new TextEncoder().encode(text);
  if (content.length > size) {
    throw new CodecError(`${describe(text)} takes ${content.length} bytes as UTF-8 and does not fit in ${name}`);
  }
  bytes.fill(0, offset, offset + size);
  bytes.set(content, offset);
}
