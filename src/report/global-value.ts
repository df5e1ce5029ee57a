import { btfCodec } from "../codec/index.ts";
import { EbpfError } from "../errors.ts";
import type { GlobalSpec, ObjectSpec } from "../spec/index.ts";

/**
 * The initial value of a global variable: decoded through BTF, its bytes where its type has no values, undefined where
 * the object has no content for it.
 */
export function globalValue(spec: ObjectSpec, global: GlobalSpec): unknown {
  const map = spec.maps.find(({ name }) => name === global.map);
  if (map === undefined || global.offset + global.size > map.valueSize) return undefined;
  // A section without content is all zeros (`.bss`).
  const content = (map.initial ?? new Uint8Array(map.valueSize)).subarray(global.offset, global.offset + global.size);
  if (spec.btf === undefined) return new Uint8Array(content);
  try {
    const codec = btfCodec(spec.btf, global.type);
    if (codec.size <= content.length) return codec.decode(content, 0);
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
  }
  return new Uint8Array(content);
}
