import { checkBounds } from "../bounds.ts";
import { bytes as raw } from "../bytes.ts";
import { type Codec, ownCodec } from "../codec.ts";
import { checkExtent } from "../extent.ts";
import { readPadded, writePadded } from "../utf8.ts";

/**
 * C's `char[size]`, which holds text or just bytes. Bytes that are UTF-8 text padded with NULs decode to that string
 * (one of exactly `size` bytes needs no NUL), all others to a `Uint8Array`: either way encoding gives the same bytes back.
 */
export function charArray(size: number): Codec<string | Uint8Array> {
  checkExtent(size, "a number of bytes");
  const name = `char[${size}]`;
  const bytesOf = raw(size);
  return ownCodec({
    name,
    size,
    align: 1,
    encode(value: string | Uint8Array, bytes: Uint8Array, offset: number): void {
      checkBounds(bytes, offset, size, name);
      if (value instanceof Uint8Array) bytesOf.encode(value, bytes, offset);
      else writePadded(value, bytes, offset, size, name);
    },
    decode(bytes: Uint8Array, offset: number): string | Uint8Array {
      checkBounds(bytes, offset, size, name);
      return readPadded(bytes, offset, size) ?? bytesOf.decode(bytes, offset);
    },
  });
}
