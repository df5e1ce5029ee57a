import { btfCodec } from "../codec/index.ts";
import { EbpfError } from "../errors.ts";
import type { BtfSpec, GlobalSpec, ObjectSpec } from "../spec/index.ts";

/** A global variable out of its section's content: decoded through BTF, its bytes where its type has no values. */
function globalIn(content: Uint8Array, global: GlobalSpec, btf: BtfSpec | undefined): unknown {
  const own = content.subarray(global.offset, global.offset + global.size);
  if (btf === undefined) return new Uint8Array(own);
  try {
    const codec = btfCodec(btf, global.type);
    if (codec.size <= own.length) return codec.decode(own, 0);
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
  }
  return new Uint8Array(own);
}

/** The initial value of a global variable; undefined where the object has no content for it. */
export function globalValue(spec: ObjectSpec, global: GlobalSpec): unknown {
  const map = spec.maps.find(({ name }) => name === global.map);
  if (map === undefined || global.offset + global.size > map.valueSize) return undefined;
  // A section without content is all zeros (`.bss`).
  return globalIn(map.initial ?? new Uint8Array(map.valueSize), global, spec.btf);
}

/** The variables of a section by name, out of its content. Names come from the file: the object has no prototype. */
export function globalsIn(content: Uint8Array, globals: readonly GlobalSpec[], btf: BtfSpec | undefined): unknown {
  const values: { [name: string]: unknown } = Object.create(null);
  for (const global of globals) values[global.name] = globalIn(content, global, btf);
  return values;
}
