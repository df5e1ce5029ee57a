import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec } from "./codec.ts";
import { CodecError } from "./codec-error.ts";
import { checkExtent } from "./extent.ts";
import { readPadded, writePadded } from "./utf8.ts";

/**
 * UTF-8 text in `size` bytes, padded with NULs; a text of exactly `size` bytes has no NUL. `EBPF_INVALID_ARGUMENT` for
 * a text that is too long or holds a NUL, and for bytes that are not such text.
 */
export function text(size: number): Codec<string> {
  checkExtent(size, "a number of bytes");
  const name = `char[${size}]`;
  return ownCodec({
    name,
    size,
    align: 1,
    encode(value: string, bytes: Uint8Array, offset: number): void {
      checkBounds(bytes, offset, size, name);
      writePadded(value, bytes, offset, size, name);
    },
    decode(bytes: Uint8Array, offset: number): string {
      checkBounds(bytes, offset, size, name);
      const value = readPadded(bytes, offset, size);
      if (value === undefined) throw new CodecError(`the bytes of ${name} are not UTF-8 text padded with NULs`);
      return value;
    },
  });
}
