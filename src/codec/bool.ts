import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec } from "./codec.ts";
import { CodecError } from "./codec-error.ts";
import { describe } from "./describe.ts";

/** C's `_Bool`, one byte: any byte but 0 is true, and true is written as 1. */
export const bool: Codec<boolean> = ownCodec({
  name: "bool",
  size: 1,
  align: 1,
  encode(value: boolean, bytes: Uint8Array, offset: number): void {
    checkBounds(bytes, offset, 1, "bool");
    if (typeof value !== "boolean") throw new CodecError(`bool takes true or false, not ${describe(value)}`);
    bytes[offset] = value ? 1 : 0;
  },
  decode(bytes: Uint8Array, offset: number): boolean {
    checkBounds(bytes, offset, 1, "bool");
    return bytes[offset] !== 0;
  },
});
