import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec } from "./codec.ts";
import { CodecError } from "./codec-error.ts";
import { describe } from "./describe.ts";

const float = (name: string, size: 4 | 8): Codec<number> => {
  const scratch = size === 4 ? new Float32Array(1) : new Float64Array(1);
  const content = new Uint8Array(scratch.buffer);
  return ownCodec({
    name,
    size,
    align: size,
    encode(value: number, bytes: Uint8Array, offset: number): void {
      checkBounds(bytes, offset, size, name);
      if (typeof value !== "number") throw new CodecError(`${name} takes a number, not ${describe(value)}`);
      scratch[0] = value;
      bytes.set(content, offset);
    },
    decode(bytes: Uint8Array, offset: number): number {
      checkBounds(bytes, offset, size, name);
      for (let i = 0; i < size; i++) content[i] = bytes[offset + i] ?? 0;
      return scratch[0] ?? 0;
    },
  });
};

/** IEEE 754 single precision, little-endian; encoding rounds to the nearest. */
export const f32: Codec<number> = float("f32", 4);
/** IEEE 754 double precision, little-endian. */
export const f64: Codec<number> = float("f64", 8);
