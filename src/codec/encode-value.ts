import type { Codec } from "./codec.ts";
import { CodecError, rooted } from "./codec-error.ts";

/** The bytes of `value`. Throws `EBPF_INVALID_ARGUMENT`; its message calls the value `root`: `key.port: …`. */
export function encodeValue<T>(codec: Codec<T>, value: T, root = "value"): Uint8Array {
  return encoded(codec, value, new Uint8Array(codec.size), root);
}

/** The same, written to `bytes`, which are as many as the codec's. */
export function encodeInto<T>(codec: Codec<T>, value: T, bytes: Uint8Array, root: string): Uint8Array {
  for (let i = 0; i < bytes.length; i++) bytes[i] = 0;
  return encoded(codec, value, bytes, root);
}

function encoded<T>(codec: Codec<T>, value: T, bytes: Uint8Array, root: string): Uint8Array {
  const { length } = bytes;
  try {
    codec.encode(value, bytes, 0);
  } catch (error) {
    throw rooted(error, root);
  }
  if (bytes.length !== length) throw new CodecError(`the codec ${codec.name} gave away what it wrote to`, [], root);
  return bytes;
}

/** The value of exactly these bytes. Throws `EBPF_INVALID_ARGUMENT` where their number is not the type's size. */
export function decodeValue<T>(codec: Codec<T>, bytes: Uint8Array, root = "value"): T {
  if (bytes.length !== codec.size) {
    throw new CodecError(`${codec.name} takes ${codec.size} bytes, not ${bytes.length}`, [], root);
  }
  try {
    return codec.decode(bytes, 0);
  } catch (error) {
    throw rooted(error, root);
  }
}
