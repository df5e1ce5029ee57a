import type { Codec } from "./codec.ts";
import { CodecError, rooted } from "./codec-error.ts";

/** The bytes of `value`. Throws `EBPF_INVALID_ARGUMENT`; its message calls the value `root`: `key.port: …`. */
export function encodeValue<T>(codec: Codec<T>, value: T, root = "value"): Uint8Array {
  const bytes = new Uint8Array(codec.size);
  try {
    codec.encode(value, bytes, 0);
  } catch (error) {
    throw rooted(error, root);
  }
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
