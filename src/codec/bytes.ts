import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec } from "./codec.ts";
import { CodecError } from "./codec-error.ts";
import { describe } from "./describe.ts";
import { checkExtent } from "./extent.ts";

/** Exactly `size` raw bytes. `EBPF_INVALID_ARGUMENT` when encoding fewer or more. */
export function bytes(size: number): Codec<Uint8Array> {
  checkExtent(size, "a number of bytes");
  const name = `u8[${size}]`;
  return ownCodec({
    name,
    size,
    align: 1,
    encode(value: Uint8Array, target: Uint8Array, offset: number): void {
      checkBounds(target, offset, size, name);
      if (!(value instanceof Uint8Array) || value.length !== size) {
        throw new CodecError(`${name} takes a Uint8Array of ${size} bytes, not ${describe(value)}`);
      }
      // Nothing to copy, and perhaps nothing that may be read: transferred bytes are none.
      if (size > 0) target.set(value, offset);
    },
    decode(source: Uint8Array, offset: number): Uint8Array {
      checkBounds(source, offset, size, name);
      // Not slice(): a Buffer's slice shares memory.
      return new Uint8Array(source.subarray(offset, offset + size));
    },
  });
}
